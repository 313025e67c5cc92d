import type {z} from 'zod'
import type {Secret} from '../secrecy/secret.js'
import type {Account, App, Authorization, ConfigVars, Dyno, Pipeline, Release} from './schemas.js'
import type {SecondFactor} from './second-factor.js'
import type {CallRequest, CallResponse} from './transport.js'
import {quote} from '../secrecy/scrub.js'
import {instead, isPlatformError, PlatformError} from './platform-error.js'
import * as schemas from './schemas.js'

export type NewAuthorization = {
  description: string
  expiresIn: null | number
  scope: readonly string[]
}

/** Null stands for what Heroku does not say. */
export type Identity = {email: null | string; scope: null | string[]; status: number; userId: null | string}

/** Config vars by the app's name, read already or on their way. */
export type Reads = Map<string, Promise<ConfigVars>>

export type Stage = 'review' | 'test'

const ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/
const PAGE = 1000

/** Facts: platform API schema, 2026-02. */
export class PlatformApi {
  readonly #isFresh: boolean
  readonly #reads: null | Reads
  readonly #session: SecondFactor
  readonly #token: Secret

  constructor(session: SecondFactor, token: Secret, reads: null | Reads = null, isFresh = false) {
    this.#session = session
    this.#token = token
    this.#reads = reads
    this.#isFresh = isFresh
  }

  get calls(): number {
    return this.#session.transport.calls
  }

  get remaining(): null | number {
    return this.#session.transport.remaining
  }

  /** Asks for config vars each time, and keeps the latest ones, also from the answer to a write, in `reads`. */
  recording(reads: Reads): PlatformApi {
    return new PlatformApi(this.#session, this.#token, reads, true)
  }

  /** Asks for no config vars that are in `reads` already. */
  sharing(reads: Reads): PlatformApi {
    return new PlatformApi(this.#session, this.#token, reads)
  }

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
    return this.#get(ofApp(app), schemas.appSchema)
  }

  /** Lists every app that the account can reach, those of teams included: `/users/~/apps` leaves them out. */
  apps(): Promise<App[]> {
    return this.#list('/apps', schemas.appsSchema, {range: `id ..; max=${PAGE}`})
  }

  /** Permissions of an account on the app of a team; none where Heroku does not tell, as of a team's administrator. */
  async permissions(app: string, email: string): Promise<string[]> {
    const path = `/teams${ofApp(app, `/collaborators/${encodeURIComponent(email)}`)}`
    const {permissions} = await instead({permissions: null}, this.#get(path, schemas.collaboratorSchema), 403, 404)
    return permissions?.map(({name}) => name) ?? []
  }

  pipelines(): Promise<Pipeline[]> {
    return this.#list('/pipelines', schemas.pipelinesSchema)
  }

  /** Other stages of a pipeline are apps of their own. */
  async stageConfigVars(pipeline: string, stage: Stage): Promise<ConfigVars> {
    return this.#get(await this.#stage(pipeline, stage), schemas.configVarsSchema)
  }

  /** Sets keys, and removes those that are null; nothing restarts. */
  async setStageConfigVars(pipeline: string, stage: Stage, values: ReadonlyMap<string, null | Secret>): Promise<void> {
    await this.#send({body: exposed(values), method: 'PATCH', path: await this.#stage(pipeline, stage), repeatable: true})
  }

  /** Asks for the calls that the account has left, which costs no call. */
  async rateLimit(): Promise<number> {
    return (await this.#get('/account/rate-limits', schemas.rateLimitSchema)).remaining
  }

  async identity(): Promise<Identity> {
    const request = getting('/account')
    try {
      const response = await this.#send(request)
      const {email, id} = read(response, schemas.accountSchema, request)
      return {email, scope: response.headers.get('oauth-scope')?.split(/[\s,]+/).filter(Boolean) ?? null, status: response.status, userId: id}
    } catch (error) {
      if (!isPlatformError(error) || error.failure !== 'http' || (error.status !== 401 && error.status !== 403)) throw error
      return {email: null, scope: null, status: error.status, userId: null}
    }
  }

  authorizations(): Promise<Authorization[]> {
    return this.#list(authorizations, schemas.authorizationsSchema)
  }

  /** Null when no authorization has the id, or somebody else's has: Heroku answers 404 to both. */
  authorization(id: string): Promise<Authorization | null> {
    return instead(null, this.#get(ofAuthorization(id), schemas.authorizationSchema), 404)
  }

  /** Never repeated: where the answer is lost, `mayHaveApplied` of the error is true. */
  createAuthorization({description, expiresIn, scope}: NewAuthorization): Promise<Authorization> {
    const body = {description, scope, ...(expiresIn === null ? {} : {expires_in: expiresIn})}
    return this.#read({body, method: 'POST', path: authorizations, repeatable: false}, schemas.authorizationSchema)
  }

  describeAuthorization(id: string, description: string): Promise<boolean> {
    const sent = this.#send({body: {description}, method: 'PATCH', path: ofAuthorization(id), repeatable: true})
    return instead(false, sent.then(() => true), 404)
  }

  /** Never repeated blindly: each time makes yet another token and kills the one before. */
  regenerateTokens(id: string): Promise<Authorization> {
    return this.#read({method: 'POST', path: `${ofAuthorization(id)}/actions/regenerate-tokens`, repeatable: false}, schemas.authorizationSchema)
  }

  async revokeAuthorization(id: string, announce?: () => Promise<void>): Promise<void> {
    await instead(null, this.#send({announce, method: 'DELETE', path: ofAuthorization(id), repeatable: true}), 404)
  }

  configVars(app: string): Promise<ConfigVars> {
    const known = this.#isFresh ? undefined : this.#reads?.get(app)
    if (known) return known
    const vars = this.#get(ofApp(app, '/config-vars'), schemas.configVarsSchema)
    this.#reads?.set(app, vars)
    return vars
  }

  /**
   * Sets keys, and removes those that are null: one release, one restart. Answers the time by Heroku's clock when the values were
   * in force; null where the answer does not say or, during a release phase, shows the earlier values.
   */
  async setConfigVars(app: string, values: ReadonlyMap<string, null | Secret>): Promise<null | number> {
    const {body, headers} = await this.#send({body: exposed(values), method: 'PATCH', path: ofApp(app, '/config-vars'), repeatable: true})
    const {data: vars} = schemas.configVarsSchema.safeParse(body)
    if (!vars || ![...values].every(([key, value]) => (value === null ? !vars.has(key) : value.equals(vars.get(key))))) {
      this.#reads?.delete(app)
      return null
    }

    this.#reads?.set(app, Promise.resolve(vars))
    const at = Date.parse(headers.get('date') ?? '')
    return Number.isNaN(at) ? null : at
  }

  newestReleases(app: string, count: number): Promise<Release[]> {
    return this.#read({...getting(ofApp(app, '/releases')), headers: {range: `version ..; order=desc,max=${count}`}}, schemas.releasesSchema)
  }

  release(app: string, version: number): Promise<Release> {
    return this.#get(ofApp(app, `/releases/${version}`), schemas.releaseSchema)
  }

  dynos(app: string): Promise<Dyno[]> {
    return this.#list(ofApp(app, '/dynos'), schemas.dynosSchema)
  }

  /** Opens a session of what the platform says about the app, and answers its address: whoever knows the address can read it. */
  async logSession(app: string): Promise<string> {
    const request = {body: {source: 'heroku', tail: true}, method: 'POST', path: ofApp(app, '/log-sessions'), repeatable: false} as const
    return (await this.#read(request, schemas.logSessionSchema)).logplex_url
  }

  /** Fir apps and private spaces have no preboot. */
  async hasPreboot(app: string): Promise<boolean> {
    return (await instead({enabled: false}, this.#get(ofApp(app, '/features/preboot'), schemas.featureSchema), 404, 422)).enabled
  }

  // Only a pipeline itself is found by its name.
  async #stage(pipeline: string, stage: Stage): Promise<string> {
    const id = ID.test(pipeline) ? pipeline : (await this.#get(`/pipelines/${encodeURIComponent(pipeline)}`, schemas.pipelineSchema)).id
    return `/pipelines/${id}/stage/${stage}/config-vars`
  }

  #get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.#read(getting(path), schema)
  }

  // Sends no range of its own but where one is documented: endpoints differ in the attributes that can be ranged by.
  async #list<T>(path: string, schema: z.ZodType<T[]>, first: Record<string, string> = {}): Promise<T[]> {
    const items: T[] = []
    let headers = first
    const asked = new Set<string>()
    for (;;) {
      const request = {...getting(path), headers}
      const response = await this.#send(request)
      items.push(...read(response, schema, request))
      const next = response.headers.get('next-range')
      if (response.status !== 206 || next === null) return items
      if (asked.has(next)) throw new PlatformError(`GET ${path}: Heroku names the same next page again`, {failure: 'shape'})
      asked.add(next)
      headers = {range: next}
    }
  }

  async #read<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
    return read(await this.#send(request), schema, request)
  }

  #send(request: Request): Promise<CallResponse> {
    return this.#session.send({...request, token: this.#token})
  }
}

type Request = Omit<CallRequest, 'token'>

const authorizations = '/oauth/authorizations'
const ofAuthorization = (id: string) => `${authorizations}/${encodeURIComponent(id)}`
const ofApp = (app: string, rest = '') => `/apps/${encodeURIComponent(app)}${rest}`
const exposed = (values: ReadonlyMap<string, null | Secret>) => Object.fromEntries([...values].map(([key, value]) => [key, value === null ? null : value.expose(text => text)]))
const getting = (path: string): Request => ({method: 'GET', path, repeatable: true})

function read<T>({body, headers}: CallResponse, schema: z.ZodType<T>, {method, path}: Request): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  // zod's issues name paths and expected types, never values; a path may be a key that the answer chose.
  const where = quote(parsed.error.issues.map(issue => issue.path.join('.') || 'the answer').slice(0, 3).join(', '), [])
  throw new PlatformError(`${method} ${path}: Heroku answered in an unexpected shape (${where})`, {
    failure: 'shape',
    requestId: quote(headers.get('request-id') ?? '', []) || undefined,
  })
}
