import {chmod, realpath, rename, rm, stat, writeFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import {resolve} from 'node:path'
import {heroku, refused, todo} from '../errors.js'
import {encodingOf} from '../text/encoding.js'
import {addConsumers, type Holder, placedAt, type Where} from './add-consumers.js'
import {readBytes} from './read-text.js'

/** Makes the rotation file where there is none; replaces it whole or not at all. */
export async function writeRotationFile(path: string, name: string, holders: readonly Holder[], temporaryName: () => string): Promise<{added: string[]}> {
  const additions = holders.map(holder => placedAt(holder))
  if (holders.length === 0) throw refused('ROTATE_NO_CONSUMERS', `No place holds the token of ${name}, so there is nothing to write to ${path}.`, heroku('authorizations'))
  return changeRotationFile(path, (text, where) => addConsumers(text, name, additions, where), temporaryName)
}

type Change = (text: null | string, where: Where) => {added: string[]; text: string}

/** Gives `change` the text, null where there is no file, and replaces the file whole or not at all. */
export async function changeRotationFile(path: string, change: Change, temporaryName: () => string): Promise<{added: string[]}> {
  const home = homedir()
  const resolved = resolve(path.replace(/^~(?=\/|$)/, home))
  try {
    const absolute = await realpath(resolved).catch(() => resolved)
    const bytes = await readBytes(absolute, path).catch(absent)
    const encoding = encodingOf(bytes ?? Buffer.alloc(0))
    const text = bytes && encoding.decode(bytes)
    if (bytes && text !== null && !encoding.encode(text).equals(bytes)) {
      throw refused('ROTATE_FILE', `${path} has bytes that are no UTF-8, and would not stay as they are.`, todo(`Save ${path} in UTF-8, and run the command again.`))
    }

    const {added, text: changed} = change(text, {absolute, home, path})
    if (changed !== text) await replace(absolute, encoding.encode(changed), `${absolute}.${temporaryName()}`)
    return {added}
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) throw error
    throw refused('ROTATE_FILE', `The rotation file ${path} cannot be written (${String(error.code)}).`, todo(`Make ${path} writable, or name another file.`))
  }
}

async function replace(path: string, bytes: Buffer, temporary: string): Promise<void> {
  try {
    await writeFile(temporary, bytes)
    const mode = await stat(path).then(({mode: bits}) => bits & 0o777, absent)
    if (mode !== null) await chmod(temporary, mode)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, {force: true})
    throw error
  }
}

function absent(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
