/** Three credentials over four apps, two of which hold several of their tokens, and runs that rotate all of them. */
import type {Context} from '../../src/lib/context.js'
import type {RotationError} from '../../src/lib/errors.js'
import type {Request} from '../../src/lib/rotation/planning/make-plan.js'
import type {Rotation} from '../../src/lib/rotation/rotation.js'

import {advance, goOn} from '../../src/lib/rotation/engine/advance.js'
import {type Failed} from '../../src/lib/rotation/engine/close.js'
import {openAll, reopenAll} from '../../src/lib/rotation/engine/open.js'
import {makePlans} from '../../src/lib/rotation/planning/several.js'
import {openJournals} from '../../src/lib/rotation/state/journals.js'
import {type AppSpec, type Sandbox, type SandboxOptions, tokenOf} from '../sandbox/sandbox.js'
import {requestOf, scene} from './rotations.js'

export const names = ['app-token', 'console-token', 'ops-token'] as const
const [APP, CONSOLE, OPS] = names

/** Keys of each app, and whose token they hold. */
export const held: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'example-app': {CONSOLE_KEY: CONSOLE, HEROKU_API_KEY: APP},
  'example-app-staging': {HEROKU_API_KEY: APP},
  'example-console': {HEROKU_API_KEY: CONSOLE, OPS_KEY: OPS},
  'example-worker': {OPS_KEY: OPS},
}

/** `APP[:KEY,…][@WAVE]` */
export const consumers: Readonly<Record<string, readonly string[]>> = {
  [APP]: ['example-app-staging@0', 'example-app'],
  [CONSOLE]: ['example-app:CONSOLE_KEY', 'example-console'],
  [OPS]: ['example-console:OPS_KEY@2', 'example-worker:OPS_KEY@2'],
}

export function several(root: string, changes: Readonly<Record<string, Omit<AppSpec, 'config' | 'name'>>> = {}, options: Partial<SandboxOptions> = {}, others: readonly AppSpec[] = []) {
  const apps = Object.entries(held).map(([name, keys]): AppSpec => ({
    ...changes[name],
    config: {...Object.fromEntries(Object.entries(keys).map(([key, of]) => [key, tokenOf(of)])), RAILS_ENV: 'production'},
    name,
  }))
  return scene(root, [...apps, ...others], {authorizations: names.map(description => ({description})), ...options})
}

export function requests(changes: Partial<Request> = {}, chosen: readonly string[] = names): Request[] {
  return chosen.map(description => requestOf(consumers[description] ?? [], {outgoing: {description}, ...changes}))
}

export type Ran = {failed: Failed; rotations: readonly Rotation[]}

/** Runs it and gives the locks back, as a command does. */
export async function carryOutAll(rotations: readonly Rotation[], work: (rotations: readonly Rotation[]) => Promise<Failed> = advance): Promise<Ran> {
  try {
    return {failed: await work(rotations), rotations}
  } finally {
    for (const rotation of rotations) await rotation.release()
  }
}

export async function rotateAll(context: Context, wanted = requests(), work?: (rotations: readonly Rotation[]) => Promise<Failed>): Promise<Ran> {
  return carryOutAll(await openAll(context, await makePlans(context, wanted)), work)
}

export async function resumeAll(context: Context): Promise<Ran> {
  return carryOutAll(await reopenAll(context, await openJournals(context), {isAgreed: true}), goOn)
}

/** What each app holds, by the description of whose token it is. */
export function tokensIn({world}: Sandbox): Record<string, Record<string, string>> {
  return Object.fromEntries(Object.entries(held).map(([name, keys]) => {
    const {config} = world.app(name)
    return [name, Object.fromEntries(Object.keys(keys).map(key => [key, world.nameOf(config[key] ?? '')]))]
  }))
}

/** How often each app was released. */
export function released({world}: Sandbox): Record<string, number> {
  return Object.fromEntries(Object.keys(held).map(name => [name, world.app(name).currentRelease.version - 3]))
}

/** The error of the rotation of that name. */
export function failureOf({failed, rotations}: Ran, name: string): RotationError | undefined {
  const rotation = rotations.find(({plan}) => plan.name === name)
  return rotation && failed.get(rotation)
}
