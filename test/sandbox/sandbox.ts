import type {SandboxOptions} from './options.js'
import type {RequestLogEntry} from './request-log.js'

import {realClock} from './clock/real-clock.js'
import {Faults} from './faults.js'
import {inProcessFetch, mortalFetch} from './http/in-process-fetch.js'
import {listen, type Listening} from './http/node-server.js'
import {World} from './model/world.js'
import {particleboard} from './particleboard.js'
import {type KillPoint, Platform} from './platform.js'

export type {Clock} from './clock/clock.js'
export {realClock} from './clock/real-clock.js'
export {type VirtualClock, virtualClock} from './clock/virtual-clock.js'
export type {Armed, Fault, FaultKind,  Match} from './faults.js'
export type {App} from './model/app.js'

export type {Violation} from './model/violations.js'
export {World} from './model/world.js'
export {
  type AppSpec, type AuthorizationSpec,  type SandboxOptions, tokenOf,
} from './options.js'

export type {RequestLogEntry} from './request-log.js'
export type {LogMood, Switches} from './switches.js'

export type Sandbox = {
  /** Who gets the SIGKILL of a kill fault. */
  clientPid?: number | undefined
  close(): Promise<void>
  readonly faults: Faults
  /** The platform without a socket: any base URL will do. */
  readonly fetch: typeof globalThis.fetch
  readonly log: readonly RequestLogEntry[]
  /** Headers of each request to the log host, which is none of the API. */
  readonly logStreams: readonly Readonly<Record<string, string>>[]
  /** Called instead of killing a process; the answer of that request never comes. */
  onKill?: ((point: KillPoint) => void) | undefined
  /** For HEROKU_PARTICLEBOARD_URL; a port of its own, because the CLI drops the path of that URL. */
  readonly particleboardUrl: string
  readonly sessionToken: string
  /**
   * A fetch for one run of the client: once a kill fault has struck it, nothing it still asks
   * reaches the platform and nothing it has asked is answered.
   */
  startProcess(): typeof globalThis.fetch
  readonly url: string
  readonly world: World
}

/** The sandbox in this process, behind `sandbox.fetch`. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  return build(options).sandbox
}

/** The sandbox as a server on loopback. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {platform, sandbox} = build(options)
  const servers: Listening[] = [
    await listen(options.port ?? 0, request => request.path.startsWith('/particleboard') ? particleboard() : platform.handle(request)),
    await listen(0, particleboard),
  ]
  const [api, board] = servers
  return Object.assign(sandbox, {
    async close() {
      await Promise.all(servers.map(server => server.close()))
    },
    particleboardUrl: board?.url ?? '',
    url: api?.url ?? '',
  })
}

function build(options: SandboxOptions): {platform: Platform; sandbox: Sandbox} {
  const clock = options.clock ?? realClock()
  const world = new World({...options, clock})
  const faults = new Faults()
  const platform = new Platform({clock, faults, kill: point => kill(sandbox, point), latencyMs: options.latencyMs ?? 0, world})
  const sandbox: Sandbox = {
    async close() {},
    faults,
    fetch: inProcessFetch(request => platform.handle(request)),
    log: platform.log,
    logStreams: platform.streams,
    particleboardUrl: '',
    sessionToken: world.session.token,
    startProcess: () => mortalFetch(request => platform.handle(request)),
    url: '',
    world,
  }
  return {platform, sandbox}
}

function kill({clientPid, onKill}: Sandbox, point: KillPoint): void {
  if (onKill) {
    onKill(point)
    return
  }

  if (clientPid === undefined) throw new Error('a kill fault struck, but the sandbox has neither clientPid nor onKill')
  process.kill(clientPid, 'SIGKILL')
}
