import type {ApiRequest} from './http/exchange.js'
import type {World} from './model/world.js'

/** One request the platform received. Holds no token: each is replaced by whose it is. */
export type RequestLogEntry = {
  /** Whether the platform did what was asked, even if the client never heard of it. */
  applied: boolean
  /** The description of the authorization whose token was used; `session`, or `nobody`. */
  as: string
  at: number
  body?: unknown
  fault?: string
  method: string
  n: number
  path: string
  query?: string
  range?: string
  /** What was answered; 0 when nothing was. */
  status: number
}

export function logEntry(request: ApiRequest, world: World, n: number, actor: {description: string; isSession: boolean} | undefined): RequestLogEntry {
  const entry: RequestLogEntry = {
    applied: false,
    as: actor ? (actor.isSession ? 'session' : actor.description) : 'nobody',
    at: world.now,
    method: request.method,
    n,
    path: world.scrub(request.path),
    status: 0,
  }
  const {range} = request.headers
  if (request.query) entry.query = world.scrub(request.query)
  if (range !== undefined) entry.range = range
  if (request.body) entry.body = readable(world.scrub(request.body))
  return entry
}

function readable(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
