import {chmod, lstat, realpath, rename, rm, writeFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import type {Where} from './add-consumers.js'
import {refused, todo} from '../errors.js'
import {absoluteOf} from '../system/paths.js'
import {ifMissing} from '../system/system-error.js'
import {encodingOf} from '../text/encoding.js'
import {readBytes} from './read-text.js'

type Change = (text: null | string, where: Where) => {added: string[]; text: string}

/**
 * Gives `change` the text, null where there is no file, and replaces the file whole or not at all. A link is followed, but
 * not where a new file is written: a link that came with a clone may lead to any file of the person.
 */
export async function changeRotationFile(path: string, change: Change, temporaryName: () => string, isNew = false): Promise<{added: string[]}> {
  const resolved = absoluteOf(path)
  try {
    const absolute = isNew ? resolved : await realpath(resolved).catch(() => resolved)
    const bytes = isNew ? null : await ifMissing(null, readBytes(absolute, path))
    const encoding = encodingOf(bytes ?? Buffer.alloc(0))
    const text = bytes && encoding.decode(bytes)
    if (bytes && text !== null && !encoding.encode(text).equals(bytes)) {
      throw refused('ROTATE_FILE', `${path} has bytes that are no UTF-8, and would not stay as they are.`, todo(`Save ${path} in UTF-8, and run the command again.`))
    }

    const {added, text: changed} = change(text, {absolute, home: homedir(), path})
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
    const before = await ifMissing(null, lstat(path))
    if (before?.isFile()) await chmod(temporary, before.mode & 0o777)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, {force: true})
    throw error
  }
}
