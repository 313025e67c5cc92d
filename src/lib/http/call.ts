import type {Fetch, Reply, Sent} from '../ports.js'

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
  const reader = body.getReader()
  // A cancelled body ends the connection, also where fetch does not hear the signal.
  const cancel = () => {
    reader.cancel().catch(() => {})
  }

  signal.addEventListener('abort', cancel, {once: true})
  try {
    const chunks: Uint8Array[] = []
    let size = 0
    while (size <= most) {
      signal.throwIfAborted()
      const {value} = await reader.read()
      if (!value) {
        signal.throwIfAborted()
        return new TextDecoder().decode(Buffer.concat(chunks))
      }

      size += value.length
      chunks.push(value)
    }

    throw new AnswerTooLarge(most)
  } catch (error) {
    cancel()
    throw error
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
