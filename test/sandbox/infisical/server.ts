import type {Clock} from '../clock/clock.js'
import type {FaultKind, Faults} from '../faults.js'
import type {Answer, ApiRequest, Outcome} from '../http/exchange.js'
import type {World} from '../model/world.js'
import type {KillPoint} from '../platform.js'
import type {InfisicalSwitches} from './options.js'
import type {InfisicalResponder} from './responder.js'

/** One request the server received. Holds no token and no credential. */
export type InfisicalLogEntry = {
  applied: boolean
  as: string
  at: number
  body?: unknown
  fault?: string
  method: string
  n: number
  path: string
  query: string
  /** What was answered; 0 when nothing was. */
  status: number
}

type Setup = {
  clock: Clock
  faults: Faults
  kill: (point: KillPoint) => void
  latencyMs: number
  responder: InfisicalResponder
  switches: InfisicalSwitches
  world: undefined | World
}

const json = {'Content-Type': 'application/json; charset=utf-8'}
const failure = (status: number, error: string, message: string): Answer =>
  ({body: JSON.stringify({error, message, reqId: 'req-sandbox', statusCode: status}), headers: json, status})

const failures: Readonly<Record<string, Answer>> = {
  401: failure(401, 'UnauthorizedError', 'Token missing'),
  429: failure(429, 'RateLimitExceeded', 'Rate limit exceeded. Please try again in 1 seconds'),
  500: failure(500, 'InternalServerError', 'Something went wrong'),
  503: {body: '<html><body>503 Service Temporarily Unavailable</body></html>', headers: {'Content-Type': 'text/html'}, status: 503},
}

/** Takes requests from whatever carries them, lets faults strike, keeps the log. */
export class InfisicalServer {
  readonly log: InfisicalLogEntry[] = []
  readonly #setup: Setup

  constructor(setup: Setup) {
    this.#setup = setup
  }

  async handle(request: ApiRequest): Promise<Outcome> {
    const {clock, faults, latencyMs} = this.#setup
    const entry = this.#entryOf(request)
    this.log.push(entry)
    const fault = faults.strike({body: request.body, method: request.method, n: entry.n, path: request.path})
    if (latencyMs > 0) await clock.sleep(latencyMs)
    if (typeof fault === 'object') return answered(entry, {...fault, headers: json}, 'raw')
    return (fault && this.#before(fault, entry)) ?? this.#after(fault, entry, this.#apply(request, entry))
  }

  #after(fault: FaultKind | undefined, entry: InfisicalLogEntry, answer: Answer): Outcome {
    const failed = fault?.endsWith('-after') ? failures[fault.slice(0, 3)] : undefined
    if (failed) return answered(entry, failed, fault)
    switch (fault) {
    case 'hang-after': return unanswered(entry, fault, 'silence')
    case 'kill-after': return this.#kill(entry, fault, 'after')
    case 'malformed-json': return answered(entry, {...answer, body: '{"secret": '}, fault)
    case 'reset-after': return unanswered(entry, fault, 'reset')
    case 'wrong-shape': return answered(entry, {...answer, body: '[]'}, fault)
    default: return answered(entry, answer)
    }
  }

  #apply(request: ApiRequest, entry: InfisicalLogEntry): Answer {
    const answer = this.#setup.responder.respond(request)
    entry.applied = answer.status < 400
    if (entry.applied) this.#setup.world?.checkLaws()
    return answer
  }

  #before(fault: FaultKind, entry: InfisicalLogEntry): Outcome | undefined {
    const failed = failures[fault]
    const {retryAfter} = this.#setup.switches
    const headers = fault === '429' && retryAfter !== null ? {'Retry-After': String(retryAfter)} : {}
    if (failed) return answered(entry, {...failed, headers: {...failed.headers, ...headers}}, fault)
    if (fault === 'hang') return unanswered(entry, fault, 'silence')
    if (fault === 'kill-before') return this.#kill(entry, fault, 'before')
    return fault === 'reset-before' ? unanswered(entry, fault, 'reset') : undefined
  }

  #entryOf(request: ApiRequest): InfisicalLogEntry {
    const {clock, responder, world} = this.#setup
    const {body, method, path, query} = request
    return {
      applied: false,
      as: responder.whose(request) ?? 'nobody',
      at: clock.now(),
      ...(body ? {body: withoutValues(body, world)} : {}),
      method,
      n: this.log.length + 1,
      path: world?.scrub(path) ?? path,
      query: world?.scrub(query) ?? query,
      status: 0,
    }
  }

  #kill(entry: InfisicalLogEntry, fault: FaultKind, when: KillPoint['when']): Outcome {
    const {method, n, path} = entry
    this.#setup.kill({method, n, path, when})
    return unanswered(entry, fault, 'killed')
  }
}

function answered(entry: InfisicalLogEntry, answer: Answer, fault?: string): Outcome {
  entry.status = answer.status
  if (fault !== undefined) entry.fault = fault
  return {answer, kind: 'answer'}
}

function unanswered(entry: InfisicalLogEntry, fault: FaultKind, kind: 'killed' | 'reset' | 'silence'): Outcome {
  entry.fault = fault
  return {kind}
}

function withoutValues(body: string, world: undefined | World): unknown {
  try {
    return JSON.parse(body, (key, value: unknown) => {
      if (key === 'clientSecret') return '<secret>'
      return key === 'secretValue' && typeof value === 'string' ? `<token of ${world?.nameOf(value) ?? 'somebody'}>` : value
    })
  } catch {
    return '<not JSON>'
  }
}
