import * as z from 'zod'
import type {Secret} from '../../secrecy/secret.js'
import type {Access} from '../adapter.js'
import {networkReason, retryAfter} from '../../http/answer.js'
import {type Answer, AnswerTooLarge, exchange, MOST} from '../../http/call.js'
import {withDeadline} from '../../http/deadline.js'
import {jsonIn} from '../../text/json.js'
import {type Failure, InfisicalError} from './failure.js'

const ATTEMPTS = 4
const DEADLINE_MS = 15_000
const FIRST_BACKOFF_MS = 500
const LONGEST_RETRY_AFTER = 60

export type Call = {
  body?: Secret
  method: 'DELETE' | 'GET' | 'PATCH' | 'POST'
  path: string
  query?: Readonly<Record<string, string>>
  repeatable: boolean
  token: null | Secret
  what: string
}

/** The message only classifies an error, and is never shown. */
const errorSchema = z.object({error: z.string().optional(), message: z.unknown().optional()})

export class Client {
  /** A change was sent and its answer is not known. */
  mayHaveChanged = false
  readonly site: string
  readonly #access: Access

  constructor(site: string, access: Access) {
    this.site = site
    this.#access = access
  }

  async send<T>(call: Call, schema: z.ZodType<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      this.#access.signal.throwIfAborted()
      try {
        return await this.#once(call, schema)
      } catch (error) {
        if (!(error instanceof InfisicalError)) throw error
        this.mayHaveChanged ||= call.method !== 'GET' && call.token !== null && error.mayHaveApplied
        const isSafe = call.repeatable || !error.mayHaveApplied
        if (!error.mayPass || !isSafe || attempt >= ATTEMPTS) throw error
        await this.pause(attempt, error.waitMs)
      }
    }
  }

  async pause(attempt: number, atLeastMs = 0): Promise<void> {
    const {clock, signal} = this.#access
    await clock.sleep(Math.max(atLeastMs, FIRST_BACKOFF_MS * 2 ** (attempt - 1)), signal)
  }

  async #once<T>(call: Call, schema: z.ZodType<T>): Promise<T> {
    const answer = withDeadline({clock: this.#access.clock, ms: DEADLINE_MS}, deadline => this.#fetch(call, deadline))
    const {headers, ok, status, text} = await answer.catch((error: unknown) => {
      if (error instanceof AnswerTooLarge) throw this.#failed(call, {isFinal: true, kind: 'shape', reason: error.message})
      throw this.#failed(call, {kind: 'network', reason: networkReason(error)})
    })
    const body = jsonIn(text)
    if (!ok) throw this.#failed(call, failureOf(status, body), retryAfter(headers, LONGEST_RETRY_AFTER))
    if (body === undefined) throw this.#failed(call, {kind: 'shape', reason: 'it is not JSON'})
    const parsed = schema.safeParse(body)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw this.#failed(call, {kind: 'shape', reason: `${issue?.path.join('.') || 'it'} is not as expected`})
  }

  #failed({what}: Call, failure: Failure, seconds: null | number = null): InfisicalError {
    return new InfisicalError(this.site, what, failure, (seconds ?? 0) * 1000)
  }

  // A redirect, which is not followed, would take the login and the value elsewhere.
  #fetch({body, method, path, query = {}, token}: Call, signal: AbortSignal): Promise<Answer> {
    const search = new URLSearchParams(query).toString()
    const expose = (secret: null | Secret | undefined) => secret?.expose(value => value)
    const bearer = expose(token)
    const json = expose(body)
    const init = {
      headers: {
        accept: 'application/json',
        ...(bearer === undefined ? {} : {authorization: `Bearer ${bearer}`}),
        ...(json === undefined ? {} : {'content-type': 'application/json'}),
      },
      method,
      signal,
      ...(json === undefined ? {} : {body: json}),
    }
    return exchange(this.#access.fetch, `${this.site}${path}${search ? `?${search}` : ''}`, init, MOST.api)
  }
}

function failureOf(status: number, body: unknown): Failure {
  const parsed = errorSchema.safeParse(body)
  const error = parsed.success ? parsed.data.error : undefined
  const message = parsed.success && typeof parsed.data.message === 'string' ? parsed.data.message : ''
  if (status === 401) return {kind: error === 'ValidationFailure' ? 'refused' : 'login', status}
  if (status === 403) {
    // Infisical answers a bad token with 403 too; only a text about rights means missing rights.
    const isRight = error === 'PermissionDenied' || /permission|not allowed/i.test(message)
    return {kind: isRight ? 'denied' : 'login', status}
  }

  if (status === 404 && (message === '' || /^route\b/i.test(message))) return {kind: 'no-route'}
  // Before 2024 what is absent was answered with 400.
  if (status === 404 || (status === 400 && /\bnot found\b/i.test(message))) {
    if (/^service token\b|\bidentity\b.*\bclient id\b/i.test(message)) return {kind: 'login', status}
    return {kind: /^secret\b.*\bnot found/i.test(message) ? 'no-secret' : 'place'}
  }

  if (status >= 500) return {kind: 'server', status}
  if (status < 400) return {kind: 'shape', reason: `status ${status}, which is not followed`}
  return {kind: 'refused', status}
}
