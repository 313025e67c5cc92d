import {z} from 'zod'
import type {Access} from '../adapter.js'
import {Secret} from '../../secrecy/secret.js'
import {type Address, siteOf} from './address.js'
import {type Call, Client} from './client.js'
import {InfisicalError, isFailure} from './failure.js'
import {logIn} from './session.js'

export type Held = {value: Secret; version: number}

/** `approval`: Infisical keeps the change until people approve it. */
export type Outcome = 'approval' | 'made'

type Method = 'DELETE' | 'PATCH' | 'POST'

const secretSchema = z.object({
  secret: z.object({
    environment: z.string().optional(),
    secretKey: z.string(),
    secretPath: z.string().optional(),
    secretValue: z.string().transform(value => new Secret(value)),
    secretValueHidden: z.boolean().optional(),
    version: z.number().int().nonnegative(),
  }),
})
const changeSchema = z.union([
  z.object({approval: z.object({})}).transform((): Outcome => 'approval'),
  z.object({secret: z.object({})}).transform((): Outcome => 'made'),
])
const serviceTokenSchema = z.object({permissions: z.array(z.string())})

/** v3 is for servers from before /api/v4. */
const dialects = {v3: {base: '/api/v3/secrets/raw/', project: 'workspaceId'}, v4: {base: '/api/v4/secrets/', project: 'projectId'}} as const

export class Secrets {
  readonly #at: Address
  readonly #client: Client
  #token: Secret
  readonly #access: Access
  #dialect: keyof typeof dialects = 'v4'

  static async open(at: Address, access: Access): Promise<Secrets> {
    const client = new Client(siteOf(at, access.env), access)
    return new Secrets(at, {access, client, token: await logIn(client, access)})
  }

  private constructor(at: Address, {access, client, token}: {access: Access; client: Client; token: Secret}) {
    this.#access = access
    this.#at = at
    this.#client = client
    this.#token = token
  }

  get site(): string {
    return this.#client.site
  }

  /** Null where the folder has no such secret. Finds out the dialect of the server, so a read comes before any change. */
  async get(): Promise<Held | null> {
    try {
      return await this.#get()
    } catch (error) {
      if (isFailure(error, 'no-secret')) return null
      if (!isFailure(error, 'no-route') || this.#dialect === 'v3') throw error
      this.#dialect = 'v3'
      return this.get()
    }
  }

  /** Only a service token tells its rights; another login shows them when something is changed. */
  async mustAllowWriting(): Promise<void> {
    if (!this.#token.expose(value => value.startsWith('st.'))) return
    const what = 'change secrets'
    const permissions = await this.#permissions(what)
    if (permissions && !permissions.includes('write')) throw new InfisicalError(this.site, what, {kind: 'denied'})
  }

  /** Never repeated: whether a lost create was done shows in the next read. */
  create(value: Secret): Promise<Outcome> {
    return this.#change('POST', value)
  }

  async remove(): Promise<Outcome> {
    try {
      return await this.#change('DELETE', null)
    } catch (error) {
      if (isFailure(error, 'no-secret')) return 'made'
      throw error
    }
  }

  update(value: Secret): Promise<Outcome> {
    return this.#change('PATCH', value)
  }

  pause(attempt: number): Promise<void> {
    return this.#client.pause(attempt)
  }

  #change(method: Method, value: null | Secret): Promise<Outcome> {
    const {environment, path, project, secret} = this.#at
    const place = {[dialects[this.#dialect].project]: project, environment, secretPath: path, type: 'shared'}
    const body = value === null ? JSON.stringify(place) : value.expose(secretValue => JSON.stringify({...place, secretValue}))
    const verb = {DELETE: 'delete', PATCH: 'change', POST: 'create'}[method]
    return this.#send(
      {...this.#call(method, `${verb} ${secret}`), body: new Secret(body), repeatable: method !== 'POST'},
      changeSchema,
    )
  }

  #call(method: Call['method'], what: string): Omit<Call, 'token'> {
    const path = `${dialects[this.#dialect].base}${encodeURIComponent(this.#at.secret)}`
    return {method, path, repeatable: true, what}
  }

  /** Logs in again once, because a login may expire while a rotation runs. */
  async #send<T>(call: Omit<Call, 'token'>, schema: z.ZodType<T>): Promise<T> {
    const token = this.#token
    try {
      return await this.#client.send({...call, token}, schema)
    } catch (error) {
      // A login from the environment has no successor.
      if (!isFailure(error, 'login') || this.#access.env['INFISICAL_TOKEN']) throw error
      this.#token = await logIn(this.#client, this.#access, token)
      return this.#client.send({...call, token: this.#token}, schema)
    }
  }

  async #permissions(what: string): Promise<null | readonly string[]> {
    try {
      const {permissions} = await this.#send({method: 'GET', path: '/api/v2/service-token', repeatable: true, what}, serviceTokenSchema)
      return permissions
    } catch (error) {
      // This Infisical does not tell; it read the secret, so the login is good.
      if (error instanceof InfisicalError && !error.mayPass) return null
      throw error
    }
  }

  async #get(): Promise<Held> {
    const {environment, path, project, secret: name} = this.#at
    const what = `read ${name}`
    const {secret} = await this.#send(
      {
        ...this.#call('GET', what),
        query: {
          [dialects[this.#dialect].project]: project,
          environment,
          expandSecretReferences: 'false',
          include_imports: 'false',
          secretPath: path,
          type: 'shared',
          viewSecretValue: 'true',
        },
      },
      secretSchema,
    )
    if (secret.secretValueHidden) throw new InfisicalError(this.site, what, {kind: 'denied'})
    // A service token with one scope reads from that scope, whatever was asked for.
    const isElsewhere = (secret.environment ?? environment) !== environment || trimmed(secret.secretPath ?? path) !== trimmed(path)
    if (isElsewhere || secret.secretKey !== name) {
      throw new InfisicalError(this.site, what, {kind: 'shape', reason: 'it is about another secret'})
    }

    return {value: secret.secretValue, version: secret.version}
  }
}

const trimmed = (path: string) => path.replace(/\/+$/, '')
