import type {Placed} from '../../src/lib/consumers/registry.js'
/** What tests of a rotation share: an account with apps that hold a token, and the steps of a command. */
import type {Context} from '../../src/lib/context.js'
import type {Rotation} from '../../src/lib/rotation/rotation.js'

import {makePlan, type Request} from '../../src/lib/rotation/planning/make-plan.js'
import {openRotation, type Overrides, reopenRotation} from '../../src/lib/rotation/state/journals.js'
import {selectRotation} from '../../src/lib/rotation/state/select.js'
import {type AppSpec, createSandbox, type Sandbox, type SandboxOptions, tokenOf, type VirtualClock, virtualClock} from '../sandbox/sandbox.js'
import {type InProcess, makeInProcess} from './in-process.js'
import {advance, goOn} from './one.js'

export const CREDENTIAL = 'example-token'
export const KEY = 'HEROKU_API_KEY'

/** An app that holds the credential's token in the default key. */
export function holder(name: string, spec: Omit<AppSpec, 'name'> = {}): AppSpec {
  return {...spec, config: {[KEY]: tokenOf(CREDENTIAL), ...spec.config}, name}
}

/** An account with one authorization of the credential and the given apps. */
export function account(apps: AppSpec[], options: Omit<SandboxOptions, 'apps' | 'clock'> = {}): {clock: VirtualClock; sandbox: Sandbox} {
  const clock = virtualClock()
  return {clock, sandbox: createSandbox({authorizations: [{description: CREDENTIAL}], ...options, apps, clock})}
}

/** The same, with runs of the plugin on one machine, each in a process of its own. */
export function scene(root: string, ...spec: Parameters<typeof account>) {
  const {clock, sandbox} = account(...spec)
  let pid = 0
  return {
    clock,
    process: (parts: Partial<Parameters<typeof makeInProcess>[0]> = {}) => makeInProcess({clock, pid: ++pid, root, sandbox, ...parts}),
    sandbox,
  }
}

/** The clock of a machine that somebody has set wrong. */
export const hoursAhead = (clock: VirtualClock): VirtualClock => ({...clock, now: () => clock.now() + 4 * 3_600_000})

/** `APP[:KEY,…][@WAVE]` */
export function placed(text: string): Placed {
  const [where = '', wave = '1'] = text.split('@')
  const [app = '', keys = KEY] = where.split(':')
  return {address: {add: true, app, keys: keys.split(','), kind: 'heroku-config', overwrite: true}, role: 'consumer', wave: Number(wave)}
}

export function requestOf(consumers: readonly string[], changes: Partial<Request> = {}): Request {
  return {
    actor: null,
    announce: {audit: [], notify: []},
    concurrency: 10,
    consumers: consumers.map(text => placed(text)),
    drain: null,
    drainTimeout: 600,
    expiresIn: undefined,
    ignoreOneOff: false,
    inPlace: false,
    looking: {allowed: [], allowedUnread: [], ask: null, given: null, mode: 'refuse'},
    outgoing: {description: CREDENTIAL},
    probes: [],
    scope: undefined,
    timeout: 600,
    ...changes,
  }
}

/** Plans and opens a rotation, as a command does before it runs the first phase. */
export async function begin(context: Context, request: Request): Promise<Rotation> {
  return openRotation(context, await makePlan(context, request))
}

/** The rotation in flight, as a later process finds it. */
export async function found(context: Context, waits: Overrides = {}): Promise<Rotation> {
  const open = await selectRotation(context, {})
  if (!open) throw new Error('no rotation is in flight')
  return reopenRotation(context, open, {isAgreed: true, ...waits})
}

/** Runs a piece of work and gives the lock back, as a command does. */
export async function carryOut(rotation: Rotation, work: (rotation: Rotation) => Promise<void> = advance): Promise<Rotation> {
  try {
    await work(rotation)
    return rotation
  } finally {
    await rotation.release()
  }
}

/** From the plan to the end. */
export async function rotate(context: Context, request: Request): Promise<Rotation> {
  return carryOut(await begin(context, request))
}

export async function resume(context: Context, waits: Overrides = {}): Promise<Rotation> {
  return carryOut(await found(context, waits), goOn)
}

/** Waits until an armed kill fault has struck the process that does the work. */
export async function killed(sandbox: Sandbox, {kill}: InProcess, work: Promise<unknown>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    sandbox.onKill = () => {
      kill()
      resolve()
    }

    work.then(() => reject(new Error('it came to its end, and no kill fault struck')), reject)
  })
}

/** Descriptions of what is alive, the operator's own session left out. */
export function alive({world}: Sandbox): string[] {
  return world.authorizations.filter(({isSession}) => !isSession).map(({description}) => description)
}

/** Whose token each app holds in a key. */
export function holders({world}: Sandbox, key = KEY): Record<string, string> {
  return Object.fromEntries(world.apps.map(({config, name}) => [name, config[key] === undefined ? 'nothing' : world.nameOf(config[key])]))
}

/** `METHOD path`, for the calls that were meant to change something: a log session changes nothing. */
export function changes({log}: Sandbox): string[] {
  return log.filter(({method, path}) => method !== 'GET' && !path.endsWith('/log-sessions')).map(({method, path}) => `${method} ${path}`)
}
