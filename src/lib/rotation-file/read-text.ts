import {constants, open, readdir} from 'node:fs/promises'
import {basename, dirname, isAbsolute, join} from 'node:path'
import {heroku, instead, refused, RotationError, todo} from '../errors.js'
import {codeOf} from '../system/system-error.js'
import {encodingOf} from '../text/encoding.js'
import {nearest} from '../text/nearest.js'

/** A wrong path may have no end; no rotation file comes near this. */
const MOST_BYTES = 1024 * 1024

/** Codes for a directory, a socket, and links that lead nowhere. */
const NO_FILE: ReadonlySet<string> = new Set(['EISDIR', 'ELOOP', 'ENOENT', 'ENOTDIR', 'ENXIO'])

/** Opened by the shell already, as for `--file <(…)`, so that opening it again waits for nobody. */
const HANDED_OVER = /^\/dev\/(?:fd\/\d+|stdin)$/

export async function readText(absolute: string, path: string): Promise<string> {
  const bytes = await readBytes(absolute, path).catch(async (error: unknown) => {
    throw error instanceof RotationError ? error : await unreadable(path, error, absolute)
  })
  return decoded(bytes)
}

/** Refuses what has no end, such as a link in a clone that leads to /dev/zero. */
export async function readBytes(absolute: string, path: string): Promise<Buffer> {
  return bounded((await read(absolute))?.bytes ?? null, path)
}

/** Tells whose the bytes are that were read. Null for what is no file, or leads to none. */
export async function readOwned(absolute: string, path: string): Promise<null | {text: string; uid: number}> {
  try {
    const found = await read(absolute)
    return found && {text: decoded(bounded(found.bytes, path)), uid: found.uid}
  } catch (error) {
    if (error instanceof RotationError) throw error
    if (NO_FILE.has(codeOf(error) ?? '')) return null
    throw await unreadable(path, error, absolute)
  }
}

async function unreadable(path: string, error: unknown, absolute: string): Promise<RotationError> {
  const code = codeOf(error) ?? 'unknown'
  if (code !== 'ENOENT') return refused('ROTATE_FILE', `The rotation file ${path} cannot be read (${code}).`, heroku('authorizations:rotate:check', '--file', path))
  const beside = await readdir(dirname(absolute)).catch(() => [])
  const name = nearest(basename(path), beside.filter(each => /\.ya?ml$/.test(each)))
  const meant = name === null ? null : join(path, '..', name)
  return refused('ROTATE_FILE', `There is no file ${path}${isAbsolute(path) ? '' : ` in ${process.cwd()}`}.${meant === null ? '' : ` Did you mean ${meant}?`}`, [
    ...(meant === null ? [] : [instead(path, meant)]),
    heroku('authorizations:rotate:init', '--file', path),
  ])
}

const decoded = (bytes: Buffer) => encodingOf(bytes).decode(bytes)

function bounded(bytes: Buffer | null, path: string): Buffer {
  if (bytes && bytes.length <= MOST_BYTES) return bytes
  const why = bytes ? 'has more than 1 MiB, which no rotation file needs' : 'is a device or a pipe, and no file'
  throw refused('ROTATE_FILE', `${path} ${why}.`, todo('Name the rotation file: heroku authorizations:rotate:check --file rotation.yml'))
}

/** Null for what is no file: the opening of a pipe would wait for a writer. */
async function read(path: string): Promise<null | {bytes: Buffer; uid: number}> {
  const isHandedOver = HANDED_OVER.test(path)
  const file = await open(path, constants.O_RDONLY | (isHandedOver ? 0 : constants.O_NONBLOCK))
  try {
    const stat = await file.stat()
    if (!stat.isFile() && !stat.isDirectory() && !isHandedOver) return null
    const chunks: Uint8Array[] = []
    const stream: AsyncIterable<Uint8Array> = file.createReadStream({autoClose: false, end: MOST_BYTES})
    for await (const chunk of stream) chunks.push(chunk)
    return {bytes: Buffer.concat(chunks), uid: stat.uid}
  } finally {
    await file.close()
  }
}
