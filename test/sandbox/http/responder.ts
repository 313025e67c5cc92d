import type {Authorization} from '../model/authorization.js'
import type {World} from '../model/world.js'
import type {Answer, ApiRequest} from './exchange.js'
import type {Accepted, Call, Reply, Route} from './route.js'

import {fixedId} from '../model/uuid.js'
import {routes} from '../routes/routes.js'
import {ApiError, forbidden, noSuchEndpoint, notAcceptable, rateLimited, unauthorized} from './api-error.js'
import {entityTag} from './entity-tag.js'
import {matchPath} from './route.js'

const accept = /application\/vnd\.heroku\+json\s*;\s*version=3(\.sdk)?(?![\w.])/

/** Does what a request asks for and words the answer. Never fails: an error is an answer. */
export class Responder {
  #answered = 0
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  respond(request: ApiRequest): Answer {
    this.#answered += 1
    const headers: Record<string, string> = {
      'Cache-Control': 'private, no-cache',
      'Content-Type': 'application/json',
      Date: new Date(this.#world.now).toUTCString(),
      'Request-Id': [request.headers['request-id'], fixedId(`request ${this.#answered}`)].filter(Boolean).join(','),
      Vary: 'Authorization,Accept-Encoding',
      Via: '1.1 spaces-router',
      'X-Content-Type-Options': 'nosniff',
      'X-Runtime': '0.05',
    }
    try {
      const reply = this.#reply(request, headers)
      return this.#word(request, reply.status ?? 200, reply.body, {...headers, ...reply.headers})
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      return this.#word(request, error.status, error.body, {...headers, ...error.headers})
    }
  }

  /** Whose token a request carries, valid or not. */
  whose(request: ApiRequest): Authorization | undefined {
    return this.#world.owner(tokenIn(request))
  }

  #authenticate(request: ApiRequest): Authorization {
    const token = tokenIn(request)
    const actor = this.#world.owner(token)
    if (!actor || !this.#world.isLive(token)) throw unauthorized()
    return actor
  }

  #authorize(actor: Authorization, accepted: Accepted, headers: Record<string, string>): void {
    const scopes = typeof accepted === 'function' ? accepted(this.#world) : accepted
    headers['Oauth-Scope'] = actor.scope.join(' ')
    if (scopes === 'any') return
    headers['Oauth-Scope-Accepted'] = scopes.join(' ')
    if (!this.#world.switches.scopesEnforced || actor.scope.some(scope => scopes.includes(scope))) return
    throw forbidden('You do not have access to this resource with the scope of this token.', this.#world.switches.insufficientScopeId)
  }

  #limitRate(route: Route | undefined, headers: Record<string, string>): void {
    const {now, rateLimiter, switches} = this.#world
    const taken = route?.free === true || rateLimiter.take(now)
    headers['Ratelimit-Multiplier'] = '1'
    headers['Ratelimit-Remaining'] = String(rateLimiter.remaining(now))
    if (!taken) throw rateLimited(switches.retryAfterHeader ? {'Retry-After': String(rateLimiter.secondsUntilNext(now))} : {})
  }

  #reply(request: ApiRequest, headers: Record<string, string>): Reply {
    const version = accept.exec(request.headers['accept'] ?? '')
    if (!version) throw notAcceptable()
    const actor = this.#authenticate(request)
    const found = find(request, version[1] !== undefined)
    this.#limitRate(found?.route, headers)
    if (!found) throw noSuchEndpoint()
    this.#authorize(actor, found.route.accepted, headers)
    const call: Call = {actor, params: found.params, request, world: this.#world}
    return found.route.handle(call)
  }

  #word(request: ApiRequest, status: number, content: unknown, headers: Record<string, string>): Answer {
    const body = JSON.stringify(content)
    const etag = entityTag(body)
    headers['Etag'] = etag
    const seen = request.headers['if-none-match']?.split(',').map(tag => tag.trim())
    if (request.method === 'GET' && status < 300 && seen?.some(tag => tag === '*' || tag === etag)) return {body: '', headers, status: 304}
    return {body, headers, status}
  }
}

function find(request: ApiRequest, sdk: boolean): {params: Record<string, string>; route: Route} | undefined {
  for (const route of routes) {
    if (route.method !== request.method || (route.sdk === true && !sdk)) continue
    const params = matchPath(route.path, request.path)
    if (params) return {params, route}
  }

  return undefined
}

/** Bearer, or the password of Basic, as curl sends it from a .netrc. */
function tokenIn(request: ApiRequest): string {
  const [scheme = '', credentials = ''] = (request.headers['authorization'] ?? '').split(/\s+/, 2)
  if (scheme.toLowerCase() === 'bearer') return credentials
  if (scheme.toLowerCase() !== 'basic') return ''
  return Buffer.from(credentials, 'base64').toString().split(':').slice(1).join(':')
}
