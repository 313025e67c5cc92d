import type {z} from 'zod'

import type {Secret} from '../secrecy/secret.js'
import type {Account, App, Authorization, ConfigVars, Dyno, Pipeline, Release} from './schemas.js'
import type {Session} from './session.js'
import type {CallRequest, CallResponse} from './transport.js'

import {quote} from '../secrecy/scrub.js'
import {isPlatformError, PlatformError} from './platform-error.js'
import * as schemas from './schemas.js'

export type NewAuthorization = {
  description: string
  /** Seconds; null for a token that does not expire. */
  expiresIn: null | number
  scope: readonly string[]
}

/** Who a token is, as one read with it tells: null for what Heroku does not say. */
export type Identity = {email: null | string; scope: null | string[]; status: number; userId: null | string}

/** Config vars that are on their way or were read a moment ago, by the app's name. */
export type Reads = Map<string, Promise<ConfigVars>>

/** As many of a list as Heroku gives at once. */
const PAGE = 1000

/** The endpoints a rotation calls, as one token. Facts: platform API schema, 2026-02. */
export class PlatformApi {
  readonly #isFresh: boolean
  readonly #reads: null | Reads
  readonly #session: Session
  readonly #token: Secret

  constructor(session: Session, token: Secret, reads: null | Reads = null, isFresh = false) {
    this.#session = session
    this.#token = token
    this.#reads = reads
    this.#isFresh = isFresh
  }

  /** What the account's pool of calls held after the last answer; null before the first. */
  get remaining(): null | number {
    return this.#session.transport.remaining
  }

  /** The same, and what was read of config vars last, or shown by the answer to a write, is in `reads`: each time they are asked for anew. */
  recording(reads: Reads): PlatformApi {
    return new PlatformApi(this.#session, this.#token, reads, true)
  }

  /** The same, for one look at the world: config vars that are in `reads` are not asked for again. */
  sharing(reads: Reads): PlatformApi {
    return new PlatformApi(this.#session, this.#token, reads)
  }

  get calls(): number {
    return this.#session.transport.calls
  }

  /** The same endpoints, called as another token. */
  as(token: Secret): PlatformApi {
    return new PlatformApi(this.#session, token)
  }

  usesToken(token: Secret | null): boolean {
    return this.#token.equals(token)
  }

  account(): Promise<Account> {
    return this.#get('/account', schemas.accountSchema)
  }

  app(app: string): Promise<App> {
    return this.#get(`/apps/${segment(app)}`, schemas.appSchema)
  }

  /** Every app the account can reach, its teams' included: `/users/~/apps` leaves those out. */
  apps(): Promise<App[]> {
    return this.#list('/apps', schemas.appsSchema, {range: `id ..; max=${PAGE}`})
  }

  pipelines(): Promise<Pipeline[]> {
    return this.#list('/pipelines', schemas.pipelinesSchema)
  }

  /** What Heroku CI (`test`) or the review apps of a pipeline start with; its other stages are apps of their own. */
  stageConfigVars(pipeline: string, stage: 'review' | 'test'): Promise<ConfigVars> {
    return this.#get(`/pipelines/${segment(pipeline)}/stage/${stage}/config-vars`, schemas.configVarsSchema)
  }

  /** Calls that the account has left; asking costs none. */
  async rateLimit(): Promise<number> {
    return (await this.#get('/account/rate-limits', schemas.rateLimitSchema)).remaining
  }

  /** One read as this token; 401 is a token of nobody. */
  async identity(): Promise<Identity> {
    try {
      const response = await this.#send({method: 'GET', path: '/account', repeatable: true})
      const {email, id} = read(response, schemas.accountSchema, 'GET /account')
      return {email, scope: response.headers.get('oauth-scope')?.split(/[\s,]+/).filter(Boolean) ?? null, status: response.status, userId: id}
    } catch (error) {
      if (isPlatformError(error) && error.failure === 'http' && (error.status === 401 || error.status === 403)) {
        return {email: null, scope: null, status: error.status, userId: null}
      }

      throw error
    }
  }

  authorizations(): Promise<Authorization[]> {
    return this.#list('/oauth/authorizations', schemas.authorizationsSchema)
  }

  /** Null when there is none of that id, or it is somebody else's: Heroku answers 404 to both. */
  async authorization(id: string): Promise<Authorization | null> {
    try {
      return await this.#get(`/oauth/authorizations/${segment(id)}`, schemas.authorizationSchema)
    } catch (error) {
      if (isPlatformError(error, 404)) return null
      throw error
    }
  }

  /** Never repeated: where the answer is lost, `mayHaveApplied` of the error is true. */
  async createAuthorization({description, expiresIn, scope}: NewAuthorization): Promise<Authorization> {
    const response = await this.#send({
      body: {description, scope, ...(expiresIn === null ? {} : {expires_in: expiresIn})},
      method: 'POST',
      path: '/oauth/authorizations',
      repeatable: false,
    })
    return read(response, schemas.authorizationSchema, 'POST /oauth/authorizations')
  }

  /** False when there is none of that id any more. */
  async describeAuthorization(id: string, description: string): Promise<boolean> {
    try {
      await this.#send({body: {description}, method: 'PATCH', path: `/oauth/authorizations/${segment(id)}`, repeatable: true})
      return true
    } catch (error) {
      if (isPlatformError(error, 404)) return false
      throw error
    }
  }

  /** Its token in the answer is another one, and the one it had is dead. Never repeated blindly: each time makes yet another. */
  async regenerateTokens(id: string): Promise<Authorization> {
    const path = `/oauth/authorizations/${segment(id)}/actions/regenerate-tokens`
    return read(await this.#send({method: 'POST', path, repeatable: false}), schemas.authorizationSchema, `POST ${path}`)
  }

  /** Revokes it; one that is already gone counts as revoked. */
  async revokeAuthorization(id: string, announce?: () => Promise<void>): Promise<void> {
    try {
      await this.#send({announce, method: 'DELETE', path: `/oauth/authorizations/${segment(id)}`, repeatable: true})
    } catch (error) {
      if (!isPlatformError(error, 404)) throw error
    }
  }

  configVars(app: string): Promise<ConfigVars> {
    const known = this.#isFresh ? undefined : this.#reads?.get(app)
    if (known) return known
    const vars = this.#get(`/apps/${segment(app)}/config-vars`, schemas.configVarsSchema)
    this.#reads?.set(app, vars)
    return vars
  }

  /**
   * Sets the given keys, removes those that are null, leaves the others: one release, one restart.
   *
   * Answers when they were shown to be set, in whole seconds of Heroku's clock; null where the answer does not say, or
   * shows what was before, as it does while a release phase runs.
   */
  async setConfigVars(app: string, values: ReadonlyMap<string, null | Secret>): Promise<null | number> {
    const sent = Object.fromEntries([...values].map(([key, value]) => [key, value === null ? null : value.expose(text => text)]))
    const {body, headers} = await this.#send({body: sent, method: 'PATCH', path: `/apps/${segment(app)}/config-vars`, repeatable: true})
    const {data: vars} = schemas.configVarsSchema.safeParse(body)
    if (!vars || ![...values].every(([key, value]) => (value === null ? !vars.has(key) : value.equals(vars.get(key))))) {
      this.#reads?.delete(app)
      return null
    }

    this.#reads?.set(app, Promise.resolve(vars))
    const at = Date.parse(headers.get('date') ?? '')
    return Number.isNaN(at) ? null : at
  }

  /** Newest first, pending and failed ones included. */
  async newestReleases(app: string, count: number): Promise<Release[]> {
    const path = `/apps/${segment(app)}/releases`
    const headers = {range: `version ..; order=desc,max=${count}`}
    return read(await this.#send({headers, method: 'GET', path, repeatable: true}), schemas.releasesSchema, `GET ${path}`)
  }

  release(app: string, version: number): Promise<Release> {
    return this.#get(`/apps/${segment(app)}/releases/${version}`, schemas.releaseSchema)
  }

  dynos(app: string): Promise<Dyno[]> {
    return this.#list(`/apps/${segment(app)}/dynos`, schemas.dynosSchema)
  }

  /** Whether old dynos go on running, unseen, for about three minutes after a release. */
  async hasPreboot(app: string): Promise<boolean> {
    try {
      const {enabled} = await this.#get(`/apps/${segment(app)}/features/preboot`, schemas.featureSchema)
      return enabled
    } catch (error) {
      // Fir apps and private spaces have no such feature.
      if (isPlatformError(error, 404) || isPlatformError(error, 422)) return false
      throw error
    }
  }

  async #get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return read(await this.#send({method: 'GET', path, repeatable: true}), schema, `GET ${path}`)
  }

  // No range of our own but where it is documented: which attributes an endpoint can be ranged by differs.
  async #list<T>(path: string, schema: z.ZodType<T[]>, first: Record<string, string> = {}): Promise<T[]> {
    const found: T[] = []
    let headers = first
    const asked = new Set<string>()
    for (;;) {
      const response = await this.#send({headers, method: 'GET', path, repeatable: true})
      found.push(...read(response, schema, `GET ${path}`))
      const next = response.headers.get('next-range')
      if (response.status !== 206 || next === null) return found
      if (asked.has(next)) throw new PlatformError(`GET ${path}: Heroku names the same next page again`, {failure: 'shape'})
      asked.add(next)
      headers = {range: next}
    }
  }

  #send(request: Omit<CallRequest, 'token'>): Promise<CallResponse> {
    return this.#session.send({...request, token: this.#token})
  }
}

const segment = encodeURIComponent

function read<T>({body, headers}: CallResponse, schema: z.ZodType<T>, what: string): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  // zod's issues name paths and expected types, never values; a path may be a key that the answer chose.
  const where = quote(parsed.error.issues.map(issue => issue.path.join('.') || 'the answer').slice(0, 3).join(', '), [])
  throw new PlatformError(`${what}: Heroku answered in an unexpected shape (${where})`, {
    failure: 'shape',
    requestId: quote(headers.get('request-id') ?? '', []) || undefined,
  })
}
