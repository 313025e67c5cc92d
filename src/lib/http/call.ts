import type {Fetch, Reply, Sent, Streamed} from '../ports.js'

/** The most that an answer may have, after it was decompressed. */
export const MOST = {api: 32 * 1024 * 1024, page: 1024 * 1024} as const

export class AnswerTooLarge extends Error {
  constructor(bytes: number) {
    super(`the answer has more than ${bytes / 1024 / 1024} MB`)
  }
}

export type Answer = Omit<Reply, 'body'> & {text: string}

/** Sends one request and reads its answer, whole or up to a bound. Follows no redirect. */
export async function exchange(fetch: Fetch, url: string, init: Omit<Sent, 'redirect'>, most: number): Promise<Answer> {
  // With `error` for redirects, fetch forgets the signal at the next garbage collection (undici #4627).
  const response = await fetch(url, {...init, redirect: 'manual'})
  const {headers, ok, status, statusText} = response
  return {headers, ok, status, statusText, text: await textOf(response, most, init.signal)}
}

async function textOf({body}: Reply, most: number, signal: AbortSignal): Promise<string> {
  if (!body) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  await eachChunk(body, signal, chunk => {
    size += chunk.length
    chunks.push(chunk)
    if (size > most) throw new AnswerTooLarge(most)
  })
  signal.throwIfAborted()
  return new TextDecoder().decode(Buffer.concat(chunks))
}

/** Ends with the signal. A body that is not read to its end is cancelled: that ends the connection, also where fetch does not hear the signal. */
export async function eachChunk(body: Streamed, signal: AbortSignal, use: (chunk: Uint8Array) => void): Promise<void> {
  const reader = body.getReader()
  const cancel = () => {
    reader.cancel().catch(() => {})
  }

  signal.addEventListener('abort', cancel, {once: true})
  try {
    while (!signal.aborted) {
      const {value} = await reader.read()
      if (!value) return
      use(value)
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    cancel()
  }
}
