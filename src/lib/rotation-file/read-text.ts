import {createReadStream} from 'node:fs'
import {heroku, refused, todo} from '../errors.js'
import {encodingOf} from '../text/encoding.js'

/** A device or a wrong path may have no end; no rotation file comes near this. */
const MOST_BYTES = 1024 * 1024

export async function readText(absolute: string, path: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    const stream: AsyncIterable<Uint8Array> = createReadStream(absolute)
    for await (const chunk of stream) {
      chunks.push(chunk)
      size += chunk.length
      if (size > MOST_BYTES) break
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw refused('ROTATE_FILE', `The rotation file ${path} cannot be read (${code}).`, heroku('authorizations:rotate:check', '--file', path))
  }

  const bytes = Buffer.concat(chunks)
  if (size <= MOST_BYTES) return encodingOf(bytes).decode(bytes)
  throw refused('ROTATE_FILE', `${path} has more than 1 MiB, which no rotation file needs.`, todo('Name the rotation file: heroku authorizations:rotate:check --file rotation.yml'))
}
