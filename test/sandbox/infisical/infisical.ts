import type {InfisicalOptions, InfisicalSwitches} from './options.js'

import {realClock} from '../clock/real-clock.js'
import {Faults} from '../faults.js'
import {inProcessFetch, mortalFetch} from '../http/in-process-fetch.js'
import {listen} from '../http/node-server.js'
import {fixedId} from '../model/uuid.js'
import {type KillPoint} from '../platform.js'
import {type Credentials, InfisicalResponder} from './responder.js'
import {type InfisicalLogEntry, InfisicalServer} from './server.js'
import {type StoredSecret, Vault} from './vault.js'

export type {InfisicalOptions} from './options.js'

type At = {environment?: string; key?: string; path?: string}

export type Infisical = {
  /** Somebody approves every change that is kept; how many there were. */
  approve(): number
  /** Who gets the SIGKILL of a kill fault. */
  clientPid?: number | undefined
  close(): Promise<void>
  readonly credentials: Credentials
  readonly faults: Faults
  /** The server without a socket: any base URL will do. */
  readonly fetch: typeof globalThis.fetch
  readonly log: readonly InfisicalLogEntry[]
  /** Called instead of killing a process; the answer of that request never comes. */
  onKill?: ((point: KillPoint) => void) | undefined
  readonly project: string
  /** Somebody else writes. */
  set(value: string, at?: At): void
  /** A fetch for one run of the client, which a kill fault ends. */
  startProcess(): typeof globalThis.fetch
  readonly switches: InfisicalSwitches
  readonly url: string
  /** What it holds now; null where there is no such secret. */
  value(at?: At): null | string
  /** Every value it ever had, the current one last. */
  versions(at?: At): readonly string[]
}

/** The server in this process, behind `infisical.fetch`. */
export function createInfisical(options: InfisicalOptions = {}): Infisical {
  return build(options).infisical
}

/** The server on loopback. */
export async function startInfisical(options: InfisicalOptions = {}): Promise<Infisical> {
  const {infisical, server} = build(options)
  const listening = await listen(options.port ?? 0, request => server.handle(request))
  return Object.assign(infisical, {close: () => listening.close(), url: listening.url})
}

function build(options: InfisicalOptions): {infisical: Infisical; server: InfisicalServer} {
  const {clock = realClock(), latencyMs = 0, world} = options
  const vault = new Vault(options, () => clock.now())
  const switches: InfisicalSwitches = {
    absentStatus: 404,
    approval: false,
    approvalForAll: false,
    invalidStatus: 401,
    noAccess: false,
    noList: false,
    readOnly: false,
    retryAfter: null,
    scopes: null,
    singleScopeInV4: true,
    v3: true,
    v4: true,
    ...options.switches,
  }
  const credentials: Credentials = {
    client: {id: fixedId('infisical client'), secret: fixedId('infisical client secret')},
    tokens: {
      identity: `identity.${fixedId('infisical identity')}`,
      'service token': `st.${fixedId('infisical service token')}`,
      user: `user.${fixedId('infisical user')}`,
    },
  }
  const responder = new InfisicalResponder(vault, switches, credentials)
  const faults = new Faults()
  const server = new InfisicalServer({clock, faults, kill: point => kill(infisical, point), latencyMs, responder, switches, world})

  const find = ({environment = 'prod', key = 'HEROKU_API_KEY', path = '/'}: At = {}): StoredSecret | undefined =>
    vault.secret({environment, path, project: vault.project}, key)
  const infisical: Infisical = {
    approve() {
      const count = responder.approve()
      world?.checkLaws()
      return count
    },
    async close() {},
    credentials,
    faults,
    fetch: inProcessFetch(request => server.handle(request)),
    log: server.log,
    project: vault.project,
    set(value, {environment = 'prod', key = 'HEROKU_API_KEY', path = '/'} = {}) {
      const place = {environment, path, project: vault.project}
      if (vault.secret(place, key)) vault.update(place, key, value)
      else vault.create(place, key, value)
      world?.checkLaws()
    },
    startProcess: () => mortalFetch(request => server.handle(request)),
    switches,
    url: 'http://127.0.0.1',
    value: at => find(at)?.versions.at(-1) ?? null,
    versions: at => [...(find(at)?.versions ?? [])],
  }
  for (const {environment = 'prod', key = 'HEROKU_API_KEY', path = '/', value} of options.secrets ?? []) {
    if (world?.owner(value)) world.watchValue(`infisical ${environment}${path}:${key}`, () => infisical.value({environment, key, path}))
  }

  return {infisical, server}
}

function kill({clientPid, onKill}: Infisical, point: KillPoint): void {
  if (onKill) {
    onKill(point)
    return
  }

  if (clientPid === undefined) throw new Error('a kill fault struck, but the server has neither clientPid nor onKill')
  process.kill(clientPid, 'SIGKILL')
}
