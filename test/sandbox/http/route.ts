import type {Authorization} from '../model/authorization.js'
import type {World} from '../model/world.js'
import type {ApiRequest} from './exchange.js'

export type Call = {
  /** The authorization whose token the request carries. */
  actor: Authorization
  params: Readonly<Record<string, string>>
  request: ApiRequest
  world: World
}

export type Reply = {body: unknown; headers?: Record<string, string>; status?: number}

/** Which scopes a request is accepted with. */
export type Accepted = readonly string[] | 'any' | ((world: World) => readonly string[] | 'any')

export type Route = {
  accepted: Accepted
  /** Does not count towards the rate limit. */
  free?: boolean
  handle: (call: Call) => Reply
  method: string
  path: string
  /** Answers only to `version=3.sdk`. */
  sdk?: boolean
}

export const reading = ['global', 'read', 'read-protected', 'write', 'write-protected']
export const readingProtected = ['global', 'read-protected', 'write-protected']
export const writing = ['global', 'write', 'write-protected']
export const writingProtected = ['global', 'write-protected']

const templates = new Map<string, readonly string[]>()

function segmentsOf(template: string): readonly string[] {
  const known = templates.get(template) ?? template.split('/')
  templates.set(template, known)
  return known
}

/** The parameters of a path that fits a template such as `/apps/:app/releases/:release`. */
export function matchPath(template: string, path: string): Record<string, string> | undefined {
  const expected = segmentsOf(template)
  const actual = segmentsOf(path)
  if (expected.length !== actual.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of expected.entries()) {
    const value = actual[index] ?? ''
    if (segment.startsWith(':')) {
      if (value === '') return undefined
      params[segment.slice(1)] = decode(value)
    } else if (segment !== value && segment !== decode(value)) return undefined
  }

  return params
}

function decode(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

export function param(call: Call, name: string): string {
  const value = call.params[name]
  if (value === undefined) throw new Error(`the route has no parameter ${name}`)
  return value
}
