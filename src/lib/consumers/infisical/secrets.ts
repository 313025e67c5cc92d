import type {z} from 'zod'
import type {Access} from '../adapter.js'
import {Secret} from '../../secrecy/secret.js'
import {unless} from '../../system/system-error.js'
import {type Address, siteOf} from './address.js'
import {changeSchema, type Folder, folderIn, folderSchema, oneSchema, type Outcome, projectSchema, type ServiceToken, serviceTokenSchema} from './answers.js'
import {type Call, Client} from './client.js'
import {InfisicalError, isFailure} from './failure.js'
import {logIn} from './session.js'

export type Held = {value: Secret; version: number}

/** As much of a place as Infisical tells. */
type Told = {environment?: string | undefined; secretPath?: string | undefined; workspace?: null | string | undefined}

/** v3 is for servers from before /api/v4. */
const dialects = {v3: {base: '/api/v3/secrets/raw', project: 'workspaceId'}, v4: {base: '/api/v4/secrets', project: 'projectId'}} as const

export class Secrets {
  readonly client: Client
  readonly #at: Address
  #token: Secret
  readonly #access: Access
  #dialect: keyof typeof dialects = 'v4'
  #serviceToken: Promise<ServiceToken> | null = null

  static async open(at: Address, access: Access): Promise<Secrets> {
    const client = new Client(siteOf(at, access.env), access)
    return new Secrets(at, {access, client, token: await logIn(client, access)})
  }

  private constructor(at: Address, {access, client, token}: {access: Access; client: Client; token: Secret}) {
    this.#access = access
    this.#at = at
    this.client = client
    this.#token = token
  }

  /** Null where the folder has no such secret. A read comes before any change, because it finds out the dialect of the server. */
  async get(): Promise<Held | null> {
    try {
      return await this.#inDialect(() => this.#get())
    } catch (error) {
      if (!isFailure(error, 'no-secret')) throw error
      await this.#mustBeAsked({})
      return null
    }
  }

  /** All secrets of the folder. */
  async list(): Promise<Folder> {
    const secrets = await this.#list({}, 'list the secrets of the folder')
    for (const secret of secrets) await this.#mustBeAsked(secret)
    return folderIn(secrets)
  }

  /** All secrets of an environment that the login may list, by their folders. */
  async everywhere(environment: string): Promise<ReadonlyMap<string, Folder>> {
    const what = `list the secrets of the environment ${environment}`
    const secrets = await this.#list({environment, recursive: 'true', secretPath: '/'}, what)
    const paths = secrets.map(secret => {
      const isThere = secret.secretPath !== undefined && (secret.workspace ?? this.#at.project) === this.#at.project && (secret.environment ?? environment) === environment
      if (!isThere) throw new InfisicalError(this.client.site, what, {kind: 'elsewhere'})
      return trimmed(secret.secretPath ?? '') || '/'
    })
    return new Map([...new Set(paths)].map(path => [path, folderIn(secrets.filter((_, index) => paths[index] === path))]))
  }

  /** Slugs of the environments of the project. */
  async environments(): Promise<string[]> {
    const call = {method: 'GET', repeatable: true, what: 'list the environments of the project'} as const
    const of = (name: string) => this.#send({...call, path: `/api/v1/${name}/${encodeURIComponent(this.#at.project)}`}, projectSchema)
    const {environments} = await of('workspace').catch((error: unknown) => {
      if (!isFailure(error, 'no-route')) throw error
      return of('projects')
    })
    return environments.map(({slug}) => slug)
  }

  async readsOneFolder(): Promise<boolean> {
    return this.#isServiceToken && Object.keys(await this.#onlyPlace()).length > 0
  }

  /** Only a service token tells its rights; another login shows them when something is changed. */
  async mustAllowWriting(): Promise<void> {
    if (!this.#isServiceToken) return
    // Where Infisical does not tell: it read the secret, so the login is good.
    const told = await unless(error => error instanceof InfisicalError && !error.mayPass, null, this.#ownServiceToken())
    if (told && !told.permissions.includes('write')) throw new InfisicalError(this.client.site, 'change secrets', {kind: 'denied'})
  }

  /** Never repeated: whether a lost create was done shows in the next read. */
  create(value: Secret): Promise<Outcome> {
    return this.#change('POST', value)
  }

  remove(): Promise<Outcome> {
    return unless(error => isFailure(error, 'no-secret'), 'made', this.#change('DELETE', null))
  }

  update(value: Secret): Promise<Outcome> {
    return this.#change('PATCH', value)
  }

  async #inDialect<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      if (!isFailure(error, 'no-route') || this.#dialect === 'v3') throw error
      this.#dialect = 'v3'
      return ask()
    }
  }

  async #list(where: Readonly<Record<string, string>>, what: string) {
    const {secrets} = await this.#inDialect(() =>
      this.#send({method: 'GET', path: dialects[this.#dialect].base, query: {...this.#query(), ...where}, repeatable: true, what}, folderSchema))
    return secrets
  }

  #change(method: 'DELETE' | 'PATCH' | 'POST', value: null | Secret): Promise<Outcome> {
    const {environment, path, project, secret} = this.#at
    const place = {[dialects[this.#dialect].project]: project, environment, secretPath: path, type: 'shared'}
    const body = value === null ? JSON.stringify(place) : value.expose(secretValue => JSON.stringify({...place, secretValue}))
    const verb = {DELETE: 'delete', PATCH: 'change', POST: 'create'}[method]
    return this.#send({body: new Secret(body), method, path: this.#path, repeatable: method !== 'POST', what: `${verb} ${secret}`}, changeSchema)
  }

  get #path(): string {
    return `${dialects[this.#dialect].base}/${encodeURIComponent(this.#at.secret)}`
  }

  /** Logs in again once, because a login may expire while a rotation runs. */
  async #send<T>(call: Omit<Call, 'token'>, schema: z.ZodType<T>): Promise<T> {
    const token = this.#token
    try {
      return await this.client.send({...call, token}, schema)
    } catch (error) {
      // A login from the environment has no successor.
      if (!isFailure(error, 'login') || this.#access.env['INFISICAL_TOKEN']) throw error
      this.#token = await logIn(this.client, this.#access, token)
      return this.client.send({...call, token: this.#token}, schema)
    }
  }

  get #isServiceToken(): boolean {
    return this.#token.expose(value => value.startsWith('st.'))
  }

  #ownServiceToken(): Promise<ServiceToken> {
    const call = {method: 'GET', path: '/api/v2/service-token', repeatable: true, what: 'tell what the service token may do'} as const
    this.#serviceToken ??= this.#send(call, serviceTokenSchema)
    return this.#serviceToken
  }

  /** With a service token of one scope Infisical reads from there, whatever is asked for. */
  async #onlyPlace(): Promise<Told> {
    const {scopes: [scope, ...others], workspace} = await this.#ownServiceToken()
    return scope && others.length === 0 && !/[!()*?[\]{}]/.test(scope.secretPath) ? {...scope, workspace} : {}
  }

  /** Fails where what was answered is about another place than the one that was asked for. */
  async #mustBeAsked(told: Told): Promise<void> {
    const {environment, path, project, secret} = this.#at
    const place = told.secretPath === undefined && this.#isServiceToken ? {...told, ...(await this.#onlyPlace())} : told
    const isThere =
      (place.workspace ?? project) === project && (place.environment ?? environment) === environment && trimmed(place.secretPath ?? path) === trimmed(path)
    if (!isThere) throw new InfisicalError(this.client.site, `read ${secret}`, {kind: 'elsewhere'})
  }

  #query(): Record<string, string> {
    const {environment, path, project} = this.#at
    return {
      [dialects[this.#dialect].project]: project,
      environment,
      expandSecretReferences: 'false',
      include_imports: 'false',
      includeImports: 'false',
      secretPath: path,
      viewSecretValue: 'true',
    }
  }

  async #get(): Promise<Held> {
    const {secret: name} = this.#at
    const what = `read ${name}`
    const {secret} = await this.#send({method: 'GET', path: this.#path, query: {...this.#query(), type: 'shared'}, repeatable: true, what}, oneSchema)
    if (secret.secretValueHidden) throw new InfisicalError(this.client.site, what, {kind: 'denied'})
    if (secret.secretKey !== name) throw new InfisicalError(this.client.site, what, {kind: 'elsewhere'})
    await this.#mustBeAsked(secret)
    return {value: secret.secretValue, version: secret.version}
  }
}

const trimmed = (path: string) => path.replace(/\/+$/, '')
