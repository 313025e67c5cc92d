import {createReadStream} from 'node:fs'

import {usage} from '../errors.js'
import {typed} from '../text/shell-quote.js'

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
    throw usage('ROTATE_FILE', `The rotation file ${path} cannot be read (${code}).`, typed('heroku', 'authorizations:rotate:check', '--file', path))
  }

  if (size <= MOST_BYTES) return Buffer.concat(chunks).toString()
  throw usage('ROTATE_FILE', `${path} has more than 1 MiB, which no rotation file needs.`, 'Name the rotation file: heroku authorizations:rotate:check --file rotation.yml')
}
