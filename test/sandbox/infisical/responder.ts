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
/** A project was called a workspace. */
const projects = {project: '/api/v1/projects/:project', workspace: '/api/v1/workspace/:project'} as const
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
    const project = projectAsked(method, path)
    if (!dialect && !isServiceToken && !project) throw noRoute(method, path)

    if (!headers['authorization']) throw unauthorized('Token missing')
    const login = this.whose(request)
    if (!login) throw unknownToken(headers['authorization'])
    if (project) return {[project.name]: this.#project(project.id)}
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

  #project(id: string | undefined): unknown {
    if (this.#switches.noAccess) throw denied('read')
    if (id !== this.#vault.project) throw notFound(`Project with ID '${id}' not found`)
    return {environments: this.#vault.environments.map(slug => ({id: slug, name: slug, slug})), id, name: 'sandbox'}
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
    // Below the folder that is asked for, what the login may not read is left out.
    const isWithin = (path: string) => path.startsWith(place.path === '/' ? '/' : `${place.path}/`) && this.#mayRead(login, {...place, path})
    const below = query['recursive'] === 'true' ? this.#vault.paths(place.environment).filter(path => path !== place.path && isWithin(path)) : []
    const secrets = [place.path, ...below].flatMap(path =>
      this.#vault.secrets({...place, path}).map(secret => ({...shown(dialect, {...place, path}, secret, secret.versions.at(-1) ?? ''), secretPath: path})))
    return {imports: [], secrets}
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

  #mayRead(login: Login, place: Place): boolean {
    try {
      this.#mustBeAllowed('read', login, place)
      return true
    } catch {
      return false
    }
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

function projectAsked(method: string, path: string): undefined | {id: string | undefined; name: string} {
  const name = method === 'GET' ? (['workspace', 'project'] as const).find(one => matchPath(projects[one], path)) : undefined
  return name && {id: matchPath(projects[name], path)?.['project'], name}
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
