import type {z} from 'zod'
import type {Secret} from '../secrecy/secret.js'
import type {Account, App, Authorization, ConfigVars, Dyno, Pipeline, Release} from './schemas.js'
import type {SecondFactor} from './second-factor.js'
import type {CallRequest, CallResponse} from './transport.js'
import {instead, isPlatformError, PlatformError} from './platform-error.js'
import {read, readPages, type Request} from './read-answer.js'
import * as schemas from './schemas.js'

type NewAuthorization = {
  description: string
  expiresIn: null | number
  scope: readonly string[]
}

/** Null stands for what Heroku does not say. */
export type Identity = {email: null | string; scope: null | string[]; status: number; userId: null | string}

/** Config vars by the app's name, read already or on their way. */
export type Reads = Map<string, Promise<ConfigVars>>

type Stage = 'review' | 'test'

const ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/
const PAGE = 1000

/** Facts: platform API schema, 2026-02. */
export class PlatformApi {
  readonly #ids: ReadonlyMap<string, string>
  readonly #isFresh: boolean
  readonly #reads: null | Reads
  readonly #session: SecondFactor
  readonly #token: Secret

  constructor(session: SecondFactor, token: Secret, {ids = new Map(), isFresh = false, reads = null}: How = {}) {
    this.#ids = ids
    this.#session = session
    this.#token = token
    this.#reads = reads
    this.#isFresh = isFresh
  }

  get calls(): number {
    return this.#session.transport.calls
  }

  get earliest(): null | number {
    return this.#session.transport.earliest
  }

  get now(): number {
    return this.#session.transport.now
  }

  get remaining(): null | number {
    return this.#session.transport.remaining
  }

  /** Asks for config vars each time, and keeps the latest ones, also from the answer to a write, in `reads`. */
  recording(reads: Reads): PlatformApi {
    return this.#with({isFresh: true, reads})
  }

  /** Asks for no config vars that are in `reads` already. */
  sharing(reads: Reads): PlatformApi {
    return this.#with({reads})
  }

  as(token: Secret): PlatformApi {
    return new PlatformApi(this.#session, token, {ids: this.#ids})
  }

  /** Asks for apps by their IDs, where these are known: somebody may rename an app, and give its name to another one. */
  knowing(ids: ReadonlyMap<string, string>): PlatformApi {
    return this.#with({ids})
  }

  account(): Promise<Account> {
    return this.#get('/account', schemas.accountSchema)
  }

  app(app: string): Promise<App> {
    return this.#get(this.#ofApp(app), schemas.appSchema)
  }

  /** Lists every app that the account can reach, those of teams included: `/users/~/apps` leaves them out. */
  apps(): Promise<App[]> {
    return this.#list('/apps', schemas.appsSchema, {range: `id ..; max=${PAGE}`})
  }

  /** Permissions of an account on the app of a team; none where Heroku does not tell, as of a team's administrator. */
  async permissions(app: string, email: string): Promise<string[]> {
    const at = this.#ofApp(app, `/collaborators/${encodeURIComponent(email)}`, '/teams')
    const {permissions} = await instead({permissions: null}, this.#get(at, schemas.collaboratorSchema), 403, 404)
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
    const vars = this.#get(this.#ofApp(app, '/config-vars'), schemas.configVarsSchema)
    this.#reads?.set(app, vars)
    return vars
  }

  /**
   * Sets keys, and removes those that are null: one release, one restart. Answers the time by Heroku's clock when the values were
   * in force; null where the answer does not say or, during a release phase, shows the earlier values.
   */
  async setConfigVars(app: string, values: ReadonlyMap<string, null | Secret>): Promise<null | number> {
    const {body, headers} = await this.#send({body: exposed(values), method: 'PATCH', ...this.#ofApp(app, '/config-vars'), repeatable: true})
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
    return this.#read({...getting(this.#ofApp(app, '/releases')), headers: {range: `version ..; order=desc,max=${count}`}}, schemas.releasesSchema)
  }

  release(app: string, version: number): Promise<Release> {
    return this.#get(this.#ofApp(app, `/releases/${version}`), schemas.releaseSchema)
  }

  dynos(app: string): Promise<Dyno[]> {
    return this.#list(this.#ofApp(app, '/dynos'), schemas.dynosSchema)
  }

  /** Opens a session of what the platform says about the app, and answers its address: whoever knows the address can read it. */
  async logSession(app: string): Promise<string> {
    const request = {body: {source: 'heroku', tail: true}, method: 'POST', ...this.#ofApp(app, '/log-sessions'), repeatable: false} as const
    return (await this.#read(request, schemas.logSessionSchema)).logplex_url
  }

  /** Fir apps and private spaces have no preboot. */
  async hasPreboot(app: string): Promise<boolean> {
    return (await instead({enabled: false}, this.#get(this.#ofApp(app, '/features/preboot'), schemas.featureSchema), 404, 422)).enabled
  }

  // Only a pipeline itself is found by its name.
  async #stage(pipeline: string, stage: Stage): Promise<string> {
    const id = ID.test(pipeline) ? pipeline : (await this.#get(`/pipelines/${encodeURIComponent(pipeline)}`, schemas.pipelineSchema)).id
    return `/pipelines/${id}/stage/${stage}/config-vars`
  }

  /** People are told the name. */
  #ofApp(app: string, rest = '', before = ''): At {
    const path = (name: string) => `${before}/apps/${encodeURIComponent(name)}${rest}`
    const id = this.#ids.get(app)
    return id === undefined ? {path: path(app)} : {path: path(id), told: path(app)}
  }

  #with(how: How): PlatformApi {
    return new PlatformApi(this.#session, this.#token, {ids: this.#ids, ...how})
  }

  #get<T>(path: At | string, schema: z.ZodType<T>): Promise<T> {
    return this.#read(getting(path), schema)
  }

  #list<T>(path: At | string, schema: z.ZodType<T[]>, first: Record<string, string> = {}): Promise<T[]> {
    return readPages(request => this.#send(request), {...getting(path), headers: first}, schema)
  }

  async #read<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
    return read(await this.#send(request), schema, request)
  }

  async #send(request: Request): Promise<CallResponse> {
    // fetch reads them as the folder above, or as the folder itself, and nothing at Heroku is called so.
    if (/\/\.{1,2}(?=[/?]|$)/.test(request.path)) throw new PlatformError(`${request.method} ${request.path}: nothing is called so`, {failure: 'http', status: 404})
    return this.#session.send({...request, token: this.#token})
  }
}

type At = Pick<CallRequest, 'path' | 'told'>
type How = {ids?: ReadonlyMap<string, string>; isFresh?: boolean; reads?: null | Reads}

const authorizations = '/oauth/authorizations'
const ofAuthorization = (id: string) => `${authorizations}/${encodeURIComponent(id)}`
const exposed = (values: ReadonlyMap<string, null | Secret>) => Object.fromEntries([...values].map(([key, value]) => [key, value === null ? null : value.expose(text => text)]))
const getting = (at: At | string): Request => ({method: 'GET', repeatable: true, ...(typeof at === 'string' ? {path: at} : at)})
