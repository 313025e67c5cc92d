import type {ApiRequest, Outcome} from './exchange.js'

const never = () => new Promise<never>(() => {})

/** `fetch` without a socket: same requests, same answers, same ways to fail. */
export function inProcessFetch(handle: (request: ApiRequest) => Promise<Outcome>): typeof globalThis.fetch {
  return async (input, init) => {
    const {request, signal} = await sent(input, init)
    signal?.throwIfAborted()
    const outcome = await unlessAborted(signal, handle(request))
    if (outcome.kind === 'killed') return never()
    if (outcome.kind === 'silence') return unlessAborted(signal, never())
    if (outcome.kind === 'reset') throw connectionReset()
    if (outcome.kind === 'stream') return new Response(streamOf(outcome.read, signal), {headers: {'content-type': 'text/event-stream'}})
    const {body, headers, status} = outcome.answer
    return new Answered(status === 304 ? '' : body, {headers, status})
  }
}

const encoder = new TextEncoder()

function streamOf(read: (signal: AbortSignal) => AsyncIterable<string>, signal: AbortSignal | null | undefined): ReadableStream<Uint8Array> {
  const gone = new AbortController()
  const lines = read(gone.signal)[Symbol.asyncIterator]()
  return new ReadableStream({
    cancel: () => gone.abort(),
    async pull(controller) {
      const {done, value} = await lines.next()
      if (gone.signal.aborted) return
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    start(controller) {
      signal?.addEventListener('abort', () => {
        gone.abort()
        controller.error(signal.reason)
      }, {once: true})
    },
  })
}

/** Its text is at hand, in one chunk: the stream of a Response costs more than all that the sandbox does for an answer. */
class Answered extends Response {
  override readonly body: ReadableStream<Uint8Array<ArrayBuffer>>
  override readonly json: () => Promise<unknown>
  override readonly text: () => Promise<string>

  constructor(text: string, init: ResponseInit) {
    super(null, init)
    this.body = new ReadableStream({
      start(controller) {
        if (text !== '') controller.enqueue(encoder.encode(text))
        controller.close()
      },
    })
    this.json = async () => JSON.parse(text)
    this.text = async () => text
  }
}

type Input = Parameters<typeof globalThis.fetch>[0]

/** Read without a Request where nothing needs one, which costs as much. */
async function sent(input: Input, init: RequestInit = {}): Promise<{request: ApiRequest; signal: AbortSignal | null | undefined}> {
  const {body = null} = init
  if (input instanceof Request || (body !== null && typeof body !== 'string')) return sentAs(new Request(input, init))
  const headers = new Headers(init.headers)
  if (body !== null && !headers.has('content-type')) headers.set('content-type', 'text/plain;charset=UTF-8')
  return {request: requestOf(input, headers, init.method?.toUpperCase() ?? 'GET', body ?? ''), signal: init.signal}
}

async function sentAs(request: Request) {
  const {headers, method, signal, url} = request
  return {request: requestOf(url, headers, method, await request.text()), signal}
}

function requestOf(url: string | URL, headers: Headers, method: string, body: string): ApiRequest {
  const {pathname, search} = new URL(url, 'http://sandbox.invalid')
  return {body, headers: Object.fromEntries(headers), method, path: pathname, query: search.slice(1)}
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

function unlessAborted<T>(signal: AbortSignal | null | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, {once: true})
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
