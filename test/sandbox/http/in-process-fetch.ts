import type {ApiRequest, Outcome} from './exchange.js'

const never = () => new Promise<never>(() => {})

/** `fetch` without a socket: same requests, same answers, same ways to fail. */
export function inProcessFetch(handle: (request: ApiRequest) => Promise<Outcome>): typeof globalThis.fetch {
  return async (input, init) => {
    const target = typeof input === 'string' ? new URL(input, 'http://sandbox.invalid') : input
    const request = new Request(target, init)
    request.signal.throwIfAborted()
    const {pathname, search} = new URL(request.url)
    const outcome = await unlessAborted(request.signal, handle({
      body: await request.text(),
      headers: Object.fromEntries(request.headers),
      method: request.method,
      path: pathname,
      query: search.slice(1),
    }))
    if (outcome.kind === 'killed') return never()
    if (outcome.kind === 'silence') return unlessAborted(request.signal, never())
    if (outcome.kind === 'reset') throw connectionReset()
    const {body, headers, status} = outcome.answer
    return new Response(status === 304 ? null : body, {headers, status})
  }
}

/** The same, for a client that is silent for good once it has been killed. */
export function mortalFetch(handle: (request: ApiRequest) => Promise<Outcome>): typeof globalThis.fetch {
  let killed = false
  const fetch = inProcessFetch(async request => {
    if (killed) return {kind: 'killed'}
    const outcome = await handle(request)
    killed ||= outcome.kind === 'killed'
    return killed ? {kind: 'killed'} : outcome
  })
  return (input, init) => killed ? never() : fetch(input, init)
}

function connectionReset(): TypeError {
  return new TypeError('fetch failed', {cause: Object.assign(new Error('read ECONNRESET'), {code: 'ECONNRESET'})})
}

function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, {once: true})
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
