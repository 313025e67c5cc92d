import type {Answer, ApiRequest} from '../http/exchange.js'
import type {InfisicalSwitches} from './options.js'
import type {Place, StoredSecret, Vault} from './vault.js'

import {matchPath} from '../http/route.js'
import {badRequest, badToken, denied, invalid, noRoute, notFound, Refusal, unauthorized} from './refusal.js'

export type Login = 'identity' | 'service token' | 'user'

export type Credentials = {
  /** For universal auth. */
  client: {id: string; secret: string}
  tokens: Readonly<Record<Login, string>>
}

type Dialect = 'v3' | 'v4'

const templates: Readonly<Record<Dialect, string>> = {v3: '/api/v3/secrets/raw/:name', v4: '/api/v4/secrets/:name'}
const lists: Readonly<Record<Dialect, string>> = {v3: '/api/v3/secrets/raw', v4: '/api/v4/secrets'}
const rights: Readonly<Record<string, string>> = {DELETE: 'delete', PATCH: 'edit', POST: 'create'}

/** Does what a request asks for and words the answer. Never fails: an error is an answer. */
export class InfisicalResponder {
  readonly #credentials: Credentials
  readonly #pending: (() => void)[] = []
  readonly #switches: InfisicalSwitches
  readonly #vault: Vault

  constructor(vault: Vault, switches: InfisicalSwitches, credentials: Credentials) {
    this.#vault = vault
    this.#switches = switches
    this.#credentials = credentials
  }

  /** Somebody approves every change that is kept. */
  approve(): number {
    const pending = this.#pending.splice(0)
    for (const apply of pending) apply()
    return pending.length
  }

  respond(request: ApiRequest): Answer {
    try {
      return word(200, this.#reply(request))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return word(error.status, error.body)
    }
  }

  whose({headers}: ApiRequest): Login | undefined {
    const [scheme = '', token = ''] = (headers['authorization'] ?? '').split(' ')
    const {tokens} = this.#credentials
    const logins: Login[] = ['identity', 'service token', 'user']
    return scheme === 'Bearer' ? logins.find(login => tokens[login] === token) : undefined
  }

  #reply(request: ApiRequest): unknown {
    const {body, headers, method, path} = request
    if (method === 'POST' && path === '/api/v1/auth/universal-auth/login') return this.#logIn(fields(body))
    const isList = method === 'GET' && Object.values(lists).includes(path)
    const dialect = (['v4', 'v3'] as const).find(one => this.#switches[one] && (isList ? lists[one] === path : matchPath(templates[one], path)))
    const isServiceToken = path === '/api/v2/service-token' && method === 'GET'
    if (!dialect && !isServiceToken) throw noRoute(method, path)

    if (!headers['authorization']) throw unauthorized('Token missing')
    const login = this.whose(request)
    if (!login) throw unknownToken(headers['authorization'])
    if (!dialect) {
      if (login !== 'service token') throw badToken()
      const {readOnly, scopes} = this.#switches
      return {
        id: 'sandbox',
        name: 'sandbox',
        permissions: readOnly ? ['read'] : ['read', 'write'],
        projectId: this.#vault.project,
        scopes: scopes ?? this.#vault.environments.map(environment => ({environment, secretPath: '/**'})),
        workspace: this.#vault.project,
      }
    }

    if (isList) return this.#list(dialect, login, Object.fromEntries(new URLSearchParams(request.query)))
    const name = matchPath(templates[dialect], path)?.['name'] ?? ''
    if (method === 'GET') return this.#read(dialect, login, name, Object.fromEntries(new URLSearchParams(request.query)))
    if (!(method in rights)) throw noRoute(method, path)
    return this.#change(dialect, login, method, name, fields(body))
  }

  #logIn({clientId, clientSecret}: Readonly<Record<string, string>>): unknown {
    const {client, tokens} = this.#credentials
    if (clientId !== client.id) throw notFound('No identity with specified client ID was found')
    if (clientSecret !== client.secret) throw unauthorized('Invalid credentials')
    return {accessToken: tokens.identity, accessTokenMaxTTL: 2_592_000, expiresIn: 7200, tokenType: 'Bearer'}
  }

  #read(dialect: Dialect, login: Login, name: string, query: Readonly<Record<string, string>>): unknown {
    const asked = this.#placeOf(dialect, query)
    const place = (login === 'service token' && this.#onlyPlace(dialect)) || asked
    this.#mustBeAllowed('read', login, place)
    const found = this.#vault.secret(place, name)
    if (!found) throw this.#absent(name, 'GetSecretByName')
    const value = found.versions.at(-1) ?? ''
    return {secret: shown(dialect, place, found, query['expandSecretReferences'] === 'true' ? this.#vault.expand(place, value) : value)}
  }

  #list(dialect: Dialect, login: Login, query: Readonly<Record<string, string>>): unknown {
    const place = (login === 'service token' && this.#onlyPlace(dialect)) || this.#placeOf(dialect, query)
    this.#mustBeAllowed('read', login, place)
    if (this.#switches.noList) throw denied('read')
    return {imports: [], secrets: this.#vault.secrets(place).map(secret => shown(dialect, place, secret, secret.versions.at(-1) ?? ''))}
  }

  /** Where a service token of one scope reads from, whatever it asks for. */
  #onlyPlace(dialect: Dialect): Place | undefined {
    const {scopes, singleScopeInV4} = this.#switches
    const [scope, ...others] = scopes ?? []
    if (!scope || others.length > 0 || scope.secretPath.includes('*') || (dialect === 'v4' && !singleScopeInV4)) return undefined
    return {environment: scope.environment, path: scope.secretPath, project: this.#vault.project}
  }

  #absent(name: string, operation: string): Refusal {
    const message = `Secret with name '${name}' not found`
    return this.#switches.absentStatus === 404 ? notFound(message, operation) : badRequest('Secret not found')
  }

  /** Before anything is looked for. */
  #mustBeAllowed(action: string, login: Login, {environment, path}: Place): void {
    const {noAccess, readOnly, scopes} = this.#switches
    const isInScope = login !== 'service token' || !scopes || scopes.some(scope => scope.environment === environment && covers(scope.secretPath, path))
    if (noAccess || !isInScope || (readOnly && action !== 'read')) throw denied(action)
  }

  #placeOf(dialect: Dialect, given: Readonly<Record<string, string>>): Place {
    const {environment, secretPath = '/'} = given
    const key = dialect === 'v4' ? 'projectId' : 'workspaceId'
    const project = given[key]
    if (!environment || !project) throw invalid(this.#switches.invalidStatus, environment ? key : 'environment')
    return {environment, path: secretPath, project}
  }

  #change(dialect: Dialect, login: Login, method: string, name: string, body: Readonly<Record<string, string>>): unknown {
    const place = this.#placeOf(dialect, body)
    const {secretValue = ''} = body
    this.#mustBeAllowed(rights[method] ?? method, login, place)
    const found = this.#vault.secret(place, name)
    if (method === 'POST' ? found : !found) throw found ? badRequest('Secret already exist') : this.#absent(name, method === 'PATCH' ? 'UpdateSecret' : 'DeleteSecret')
    const apply = () => {
      if (method === 'DELETE') return this.#vault.remove(place, name)
      return method === 'POST' ? this.#vault.create(place, name, secretValue) : this.#vault.update(place, name, secretValue)
    }

    if (this.#switches.approval && (login === 'user' || this.#switches.approvalForAll)) {
      this.#pending.push(apply)
      return {approval: {id: `approval-${this.#pending.length}`, slug: `change-${this.#pending.length}`, status: 'open'}}
    }

    const changed = apply()
    return {secret: shown(dialect, place, changed, changed.versions.at(-1) ?? '')}
  }
}

/** Whether a path is what a scope says, in which `*` stands for anything. */
function covers(scope: string, path: string): boolean {
  if (!scope.includes('*')) return scope === path
  return path.startsWith(scope.slice(0, scope.indexOf('*')))
}

function unknownToken(authorization: string): Refusal {
  const id = /^Bearer st\.([^.]+)/.exec(authorization)?.[1]
  return id ? notFound(`Service token with ID '${id}' not found`) : badToken()
}

function shown(dialect: Dialect, {environment, path, project}: Place, {createdAt, id, key, updatedAt, versions}: StoredSecret, value: string) {
  return {
    createdAt: new Date(createdAt).toISOString(),
    environment,
    id,
    secretComment: '',
    secretKey: key,
    secretValue: value,
    type: 'shared',
    updatedAt: new Date(updatedAt).toISOString(),
    version: versions.length,
    workspace: project,
    ...(dialect === 'v4' ? {secretPath: path, secretValueHidden: false} : {}),
  }
}

function fields(body: string): Record<string, string> {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    throw badRequest('Body is not valid JSON')
  }

  if (typeof parsed !== 'object' || parsed === null) throw badRequest('Body is not an object')
  return Object.fromEntries(Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

function word(status: number, content: unknown): Answer {
  return {body: JSON.stringify(content), headers: {'Content-Type': 'application/json; charset=utf-8'}, status}
}
