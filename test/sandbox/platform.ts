import type {Clock} from './clock/clock.js'
import type {FaultKind, Faults} from './faults.js'
import type {Answer, ApiRequest, Outcome} from './http/exchange.js'
import type {World} from './model/world.js'

import {Responder} from './http/responder.js'
import {logEntry, type RequestLogEntry} from './request-log.js'

export type KillPoint = {method: string; n: number; path: string; when: 'after' | 'before'}

type Setup = {clock: Clock; faults: Faults; kill: (point: KillPoint) => void; latencyMs: number; world: World}

const streams = '/log-streams/'

const json = {'Content-Type': 'application/json'}

const failures: Readonly<Record<string, Answer>> = {
  401: {body: '{"id":"unauthorized","message":"Invalid credentials provided."}', headers: json, status: 401},
  429: {
    body: String.raw`{"id":"rate_limit","message":"Your account reached the API rate limit\nPlease wait a few minutes before making new requests"}`,
    headers: json,
    status: 429,
  },
  500: {body: '{"id":"internal_server_error","message":"Internal server error."}', headers: json, status: 500},
  503: {body: '{"id":"service_unavailable","message":"Service temporarily unavailable."}', headers: json, status: 503},
}

/** Takes requests from whatever carries them, lets faults strike, keeps the log. */
export class Platform {
  readonly log: RequestLogEntry[] = []
  /** Headers that the log host got: it is another one, and its requests are no calls of the API. */
  readonly streams: Readonly<Record<string, string>>[] = []
  readonly #responder: Responder
  readonly #setup: Setup

  constructor(setup: Setup) {
    this.#setup = setup
    this.#responder = new Responder(setup.world)
  }

  async handle(request: ApiRequest): Promise<Outcome> {
    const {clock, faults, latencyMs, world} = this.#setup
    world.catchUp()
    if (request.path.startsWith(streams)) return this.#stream(request)
    const path = world.named(request.path)
    const entry = logEntry({...request, path}, world, this.log.length + 1, this.#responder.whose(request))
    this.log.push(entry)
    const fault = faults.strike({body: request.body, method: request.method, n: entry.n, path})
    if (latencyMs > 0) await clock.sleep(latencyMs)
    world.catchUp()
    if (typeof fault === 'object') return this.#answer(entry, {...fault, headers: json}, 'raw')
    return (fault && this.#before(fault, entry)) ?? this.#after(fault, entry, this.#apply(request, entry))
  }

  #after(fault: FaultKind | undefined, entry: RequestLogEntry, answer: Answer): Outcome {
    const failure = fault?.endsWith('-after') ? failures[fault.slice(0, 3)] : undefined
    if (failure) return this.#answer(entry, failure, fault)
    switch (fault) {
    case 'hang-after': {
      return this.#silence(entry, fault)
    }

    case 'kill-after': {
      return this.#kill(entry, fault, 'after')
    }

    case 'malformed-json': {
      return this.#answer(entry, {...answer, body: '{"id": '}, fault)
    }

    case 'reset-after': {
      entry.fault = fault
      return {kind: 'reset'}
    }

    case 'wrong-shape': {
      return this.#answer(entry, {...answer, body: answer.body.startsWith('[') ? '{"unexpected":true}' : '[]'}, fault)
    }

    default: {
      return this.#answer(entry, answer)
    }
    }
  }

  #answer(entry: RequestLogEntry, answer: Answer, fault?: string): Outcome {
    entry.status = answer.status
    if (fault !== undefined) entry.fault = fault
    return {answer, kind: 'answer'}
  }

  #apply(request: ApiRequest, entry: RequestLogEntry): Answer {
    const answer = this.#responder.respond(request)
    entry.applied = answer.status < 400
    this.#setup.world.observe(entry.n)
    return answer
  }

  #before(fault: FaultKind, entry: RequestLogEntry): Outcome | undefined {
    const failure = failures[fault]
    if (failure) return this.#answer(entry, failure, fault)
    if (fault === 'hang') return this.#silence(entry, fault)
    if (fault === 'kill-before') return this.#kill(entry, fault, 'before')
    if (fault !== 'reset-before') return undefined
    entry.fault = fault
    return {kind: 'reset'}
  }

  #kill(entry: RequestLogEntry, fault: FaultKind, when: KillPoint['when']): Outcome {
    const {method, n, path} = entry
    entry.fault = fault
    this.#setup.kill({method, n, path, when})
    return {kind: 'killed'}
  }

  #stream({headers, path}: ApiRequest): Outcome {
    const {world} = this.#setup
    this.streams.push(headers)
    if (headers['authorization'] !== undefined) world.accuse('the log host', 'was sent the authorization header of the API')
    const session = world.switches.logMood === 'gone' ? undefined : world.logSession(path.slice(streams.length))
    return session ? {kind: 'stream', read: signal => session.read(signal)} : {answer: {body: '', headers: {}, status: 404}, kind: 'answer'}
  }

  #silence(entry: RequestLogEntry, fault: FaultKind): Outcome {
    entry.fault = fault
    return {kind: 'silence'}
  }
}
