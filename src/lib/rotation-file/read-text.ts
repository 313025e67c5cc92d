import {constants, open} from 'node:fs/promises'
import {heroku, refused, todo} from '../errors.js'
import {encodingOf} from '../text/encoding.js'

/** A wrong path may have no end; no rotation file comes near this. */
const MOST_BYTES = 1024 * 1024

/** Opened by the shell already, as for `--file <(…)`, so that opening it again waits for nobody. */
const HANDED_OVER = /^\/dev\/(?:fd\/\d+|stdin)$/

export async function readText(absolute: string, path: string): Promise<string> {
  const bytes = await read(absolute).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw refused('ROTATE_FILE', `The rotation file ${path} cannot be read (${code}).`, heroku('authorizations:rotate:check', '--file', path))
  })
  if (bytes && bytes.length <= MOST_BYTES) return encodingOf(bytes).decode(bytes)
  const why = bytes ? 'has more than 1 MiB, which no rotation file needs' : 'is a device or a pipe, and no file'
  throw refused('ROTATE_FILE', `${path} ${why}.`, todo('Name the rotation file: heroku authorizations:rotate:check --file rotation.yml'))
}

/** Null for what is no file: the opening of a pipe would wait for a writer. */
async function read(path: string): Promise<Buffer | null> {
  const isHandedOver = HANDED_OVER.test(path)
  const file = await open(path, constants.O_RDONLY | (isHandedOver ? 0 : constants.O_NONBLOCK))
  try {
    const stat = await file.stat()
    if (!stat.isFile() && !stat.isDirectory() && !isHandedOver) return null
    const chunks: Uint8Array[] = []
    const stream: AsyncIterable<Uint8Array> = file.createReadStream({autoClose: false, end: MOST_BYTES})
    for await (const chunk of stream) chunks.push(chunk)
    return Buffer.concat(chunks)
  } finally {
    await file.close()
  }
}
