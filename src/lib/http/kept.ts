import {type IncomingMessage, Agent as PlainAgent, request as plainRequest} from 'node:http'
import {Agent as TlsAgent, request as tlsRequest} from 'node:https'
import {pipeline, type Readable} from 'node:stream'
import {setImmediate as nextRound} from 'node:timers/promises'
import {createGunzip} from 'node:zlib'
import type {Fetch, Reply, Streamed} from '../ports.js'

/** Shorter than servers keep a connection that nobody uses. */
const IDLE_MS = 4000
/** Requests that are made before the first of them are written. */
const AT_ONCE = 16
const BODILESS = new Set([204, 205, 304])

/**
 * Calls the API over connections that are kept for the next calls. `fetch` takes several times the processor for each call, and
 * the calls of many apps wait for the processor. Follows no redirect, and knows no proxy.
 */
export function keptFetch(): Fetch {
  const [plain, tls] = [new PlainAgent({keepAlive: true, timeout: IDLE_MS}), new TlsAgent({keepAlive: true, timeout: IDLE_MS})]
  const turn = turns()
  return async (address, {body, headers, method = 'GET', signal}) => {
    await turn()
    const url = new URL(address)
    if (url.username !== '' || url.password !== '') throw new TypeError('an address with a login in it')
    signal.throwIfAborted()
    const options = {
      headers: {'accept-encoding': 'gzip', ...headers, ...(body === undefined ? {} : {'content-length': String(Buffer.byteLength(body))})},
      method,
      // A server may close a kept connection in the same moment, and a POST that was lost to that could not be repeated.
      ...(method === 'POST' ? {agent: false} : {}),
    }
    const request = url.protocol === 'https:' ? tlsRequest(url, {agent: tls, ...options}) : plainRequest(url, {agent: plain, ...options})
    signal.addEventListener('abort', () => request.destroy(), {once: true})
    return new Promise<Reply>((resolve, reject) => {
      request.on('error', error => reject(new TypeError('fetch failed', {cause: error})))
      request.on('response', message => resolve(replyOf(message, method)))
      request.end(body)
    })
  }
}

/** Node writes a request when all that is ready to run has run: of hundreds that begin at once, the first would wait for the last. */
function turns(): () => Promise<void> {
  let begun = 0
  let last = Promise.resolve()
  return () => {
    begun++
    if (begun % AT_ONCE === 0) last = last.then(() => nextRound())
    return last
  }
}

function replyOf(message: IncomingMessage, method: string): Reply {
  const {headers, statusCode: status = 0, statusMessage: statusText = ''} = message
  const isZipped = headers['content-encoding'] === 'gzip' && method !== 'HEAD' && !BODILESS.has(status)
  return {
    // A failure of one half ends both, and the reader sees it.
    body: streamed(isZipped ? pipeline(message, createGunzip(), () => {}) : message),
    headers: {get: name => [headers[name.toLowerCase()] ?? null].flat().join(', ') || null},
    ok: status >= 200 && status < 300,
    status,
    statusText,
  }
}

/** The body is read as it is asked for, so that one without an end fills no memory. The iterator of the stream would take several times the processor. */
function streamed(stream: Readable): Streamed {
  let failure: Error | null = null
  let wake = () => {}
  const look = () => wake()
  stream.on('readable', look).on('end', look).on('close', look).on('error', error => {
    failure = error
    wake()
  })
  return {
    getReader: () => ({
      async cancel() {
        stream.destroy()
      },
      async read() {
        for (;;) {
          const value: Uint8Array | null = stream.read()
          if (value) return {done: false, value}
          if (stream.readableEnded) return {done: true, value: undefined}
          if (failure || stream.destroyed) throw new TypeError('the answer broke off', {cause: failure})
          await new Promise<void>(resolve => {
            wake = resolve
          })
        }
      },
    }),
  }
}
