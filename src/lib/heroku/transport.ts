import type {Clock, Fetch, Random, Report} from '../ports.js'
import {networkReason, retryAfter} from '../http/answer.js'
import {type Answer, AnswerTooLarge, exchange, MOST} from '../http/call.js'
import {DeadlineExceeded, deadlines} from '../http/deadline.js'
import {quote} from '../secrecy/scrub.js'
import {Secret} from '../secrecy/secret.js'
import {jsonIn} from '../text/json.js'
import {budgetOf} from './budget.js'
import {isPlatformError, PlatformError, repeated} from './platform-error.js'
import {errorBodySchema} from './schemas.js'
import {patienceBy, watchCall} from './slow-call.js'

const ACCEPT = 'application/vnd.heroku+json; version=3'
const ATTEMPTS = 6
const FIRST_BACKOFF_MS = 250
const LONGEST_BACKOFF_MS = 30_000
const LONGEST_RETRY_AFTER = 300

export type CallRequest = {
  /** Runs right before each sending, repetitions included. */
  announce?: (() => Promise<void>) | undefined
  body?: unknown
  headers?: Record<string, string>
  method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT'
  path: string
  /** False for a create: two sendings would make two. */
  repeatable: boolean
  /** The path as people are told it, where it differs. */
  told?: string
  token: Secret
}

export type CallResponse = {
  body: unknown
  headers: Answer['headers']
  /** Hides what the request held. */
  quoted(text: null | string | undefined): string | undefined
  status: number
}

type Options = {
  baseUrl: string
  clock: Clock
  deadlineMs: number
  fetch: Fetch
  headers: Record<string, string>
  random: Random
  /** Is told of calls that take long. */
  report?: Report
  /** An interrupt ends waits and stops new calls; a call in flight is let to its end. */
  signal: AbortSignal
}

/**
 * The CLI's own client re-sends POSTs after a reset, prints bodies under HEROKU_DEBUG and puts the authorization header into
 * errors, so this one takes its place. Only what is safe to repeat is repeated.
 */
export class Transport {
  readonly #budget: ReturnType<typeof budgetOf>
  readonly #inTime: ReturnType<typeof deadlines>
  readonly #options: Options
  readonly #patience: ReturnType<typeof patienceBy>
  #calls = 0
  #dated: null | {at: number; received: number; sent: number} = null
  #remaining: null | number = null

  constructor(options: Options) {
    this.#options = options
    this.#budget = budgetOf(options.clock, options.signal)
    this.#inTime = deadlines(options.clock, options.deadlineMs)
    this.#patience = patienceBy(options.clock)
  }

  get calls(): number {
    return this.#calls
  }

  get remaining(): null | number {
    return this.#remaining
  }

  /** Heroku's time, and it is not later; this machine's before Heroku's first dated answer. */
  get now(): number {
    const now = this.#options.clock.now()
    // The date has whole seconds, cut off.
    return this.#dated ? this.#dated.at + 1000 + now - this.#dated.sent : now
  }

  /** Heroku's time, and it is not earlier; null before its first dated answer. */
  get earliest(): null | number {
    return this.#dated && this.#dated.at + this.#options.clock.now() - this.#dated.received
  }

  async send(request: CallRequest): Promise<CallResponse> {
    const {clock, report = () => {}, signal} = this.#options
    const watched: {call?: ReturnType<typeof watchCall>} = {}
    let isUnsure = false
    try {
      for (let attempt = 1; ; attempt++) {
        signal.throwIfAborted()
        let wait: number
        try {
          return await this.#budget.spend(async () => {
            await request.announce?.()
            watched.call ??= watchCall({attempts: ATTEMPTS, patience: this.#patience, path: request.told ?? request.path, report})
            return this.#exchange(request)
          })
        } catch (error) {
          if (!(error instanceof RetryAfter)) throw isUnsure && isPlatformError(error) ? repeated(error) : error
          if (attempt >= ATTEMPTS) throw isUnsure ? repeated(error.error) : error.error
          isUnsure ||= error.error.mayHaveApplied
          watched.call?.again(attempt + 1, error.error)
          wait = error.seconds === null ? this.#backoff(attempt, error.error.status === 429) : error.seconds * 1000
        }

        await clock.sleep(wait, signal)
      }
    } finally {
      watched.call?.over()
    }
  }

  #backoff(attempt: number, limited: boolean): number {
    // The pool refills at 75 calls a minute: asking again within a second only spends the refill.
    const first = limited ? FIRST_BACKOFF_MS * 8 : FIRST_BACKOFF_MS
    const longest = Math.min(LONGEST_BACKOFF_MS, first * 2 ** (attempt - 1))
    return longest / 2 + (longest / 2) * this.#options.random.number()
  }

  async #exchange(request: CallRequest): Promise<CallResponse> {
    const what = `${request.method} ${(request.told ?? request.path).split('?')[0] ?? ''}`
    this.#calls++
    const sent = this.#options.clock.now()
    const answer = await this.#inTime(deadline => this.#fetch(request, deadline)).catch((error: unknown) => {
      if (error instanceof AnswerTooLarge) throw new PlatformError(`${what}: ${error.message}`, {failure: 'shape'})
      const failed = new PlatformError(`${what}: ${networkReason(error)}`, {failure: error instanceof DeadlineExceeded ? 'deadline' : 'network'})
      throw request.repeatable ? new RetryAfter(failed) : failed
    })
    return this.#read(request, {sent, what}, answer)
  }

  #fetch(request: CallRequest, signal: AbortSignal): Promise<Answer> {
    const {baseUrl, fetch, headers} = this.#options
    return request.token.expose(token => {
      const init = {
        headers: {
          ...headers,
          accept: ACCEPT,
          authorization: `Bearer ${token}`,
          ...(request.body === undefined ? {} : {'content-type': 'application/json'}),
          ...request.headers,
        },
        method: request.method,
        signal,
        ...(request.body === undefined ? {} : {body: JSON.stringify(request.body)}),
      }
      return exchange(fetch, baseUrl + request.path, init, MOST.api)
    })
  }

  #read(request: CallRequest, {sent, what}: {sent: number; what: string}, {headers, ok, status, statusText, text}: Answer): CallResponse {
    const remaining = Number.parseInt(headers.get('ratelimit-remaining') ?? '', 10)
    this.#budget.learn(Number.isNaN(remaining) ? null : remaining)
    if (!Number.isNaN(remaining)) this.#remaining = remaining

    const body = parse(text)
    const quoted = quoting(request)
    if (ok && body !== undefined) {
      this.#learnTime(headers.get('date') ?? '', sent)
      return {body, headers, quoted, status}
    }

    const requestId = quoted(headers.get('request-id'))
    const isRedirect = status >= 300 && status < 400
    if (ok || isRedirect) {
      const why = isRedirect ? `${status} redirects, which is not expected` : 'Heroku did not answer in JSON'
      const failed = new PlatformError(`${what}: ${why}`, {failure: isRedirect ? 'network' : 'shape', requestId, status})
      throw request.repeatable ? new RetryAfter(failed) : failed
    }

    const refusal = errorBodySchema.catch({}).parse(body)
    const failed = new PlatformError(`${what}: ${status} ${quoted(refusal.message ?? statusText) ?? ''}`.trim(), {
      app: quoted(refusal.app?.name),
      failure: 'http',
      id: quoted(refusal.id),
      requestId,
      status,
    })
    // A 429 is refused unseen, so even a create may be sent again.
    if (status === 429) throw new RetryAfter(failed, retryAfter(headers, LONGEST_RETRY_AFTER))
    throw status >= 500 && request.repeatable ? new RetryAfter(failed) : failed
  }

  #learnTime(date: string, sent: number): void {
    const at = Date.parse(date)
    if (!Number.isNaN(at)) this.#dated = {at, received: this.#options.clock.now(), sent}
  }
}

/** `seconds` is null where Heroku asks for no pause: then a backoff decides. */
class RetryAfter extends Error {
  readonly error: PlatformError
  readonly seconds: null | number

  constructor(error: PlatformError, seconds: null | number = null) {
    super(error.message)
    this.error = error
    this.seconds = seconds
  }
}

/** A refusal may quote the request, and a proxy in the place of Heroku may say anything. */
function quoting({body, token}: CallRequest): (text: null | string | undefined) => string | undefined {
  const sent = typeof body === 'object' && body !== null ? Object.values(body) : []
  const known = [token, ...sent.flatMap(value => (typeof value === 'string' ? [new Secret(value)] : []))]
  return text => (text ? quote(text, known) : undefined)
}

const parse = (text: string) => (text === '' ? {} : jsonIn(text))
