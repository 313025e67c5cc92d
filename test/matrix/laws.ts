import type {App, Sandbox} from '../sandbox/sandbox.js'
import type {Files} from './files.js'

import {consumers, credential, type Keys} from './scene.js'

export type Ending = 'completed' | 'rolled-back'

/** The state of the sandbox that a rollback has to give back. */
export type Before = {
  /** Completed, the outgoing authorization lives on, with another token. */
  inPlace?: boolean
  configs: ReadonlyMap<string, Readonly<Record<string, string>>>
  outgoing: string
  releases: ReadonlyMap<string, number>
  written: Keys
}

export function stateOf({world}: Sandbox, written = consumers): Before {
  const outgoing = world.authorization(credential)
  if (!outgoing) throw new Error(`the sandbox has no ${credential}`)
  return {
    configs: new Map(world.apps.map(({config, name}) => [name, {...config}])),
    outgoing: outgoing.id,
    releases: new Map(world.apps.map(({name, releases}) => [name, releases.length])),
    written,
  }
}

/** What is wrong at creates, from now on: one rotation never has two authorizations alive. */
export function watchCreates({faults, world}: Sandbox): readonly string[] {
  const problems: string[] = []
  faults.armRaw(({body, method, path}) => {
    const mark = method === 'POST' && path === '/oauth/authorizations' ? /\(rotation \w+\)/.exec(body)?.[0] : undefined
    const alive = mark !== undefined && world.existingAuthorizations.some(({description}) => description.endsWith(mark))
    if (alive) problems.push('a second authorization is made while the first one is alive')
    return undefined
  })
  return problems
}

/** Each write restarts an app: it is done once, also by many processes, and once more to take it back. */
export function brokenByRestarts({world}: Sandbox, {releases}: Before, ending: Ending): string[] {
  const allowed = ending === 'completed' ? [1] : [0, 2]
  return world.apps.flatMap(app => {
    const made = app.releases.length - (releases.get(app.name) ?? 0)
    return allowed.includes(made) ? [] : [`${app.name} was released ${made} times`]
  })
}

/** What of the laws is broken in the world after a rotation has ended; nothing, if all is well. */
export function brokenInWorld({world}: Sandbox, was: Before, ending: Ending): string[] {
  const problems = world.violations.map(({consumer, detail, request}) => `locked out: ${consumer}, ${detail} (request ${request})`)
  for (const {description} of world.existingAuthorizations) {
    if (description.includes('(rotation ')) problems.push(`a mark is left: ${description}`)
  }

  const alive = world.authorizations.filter(({description, isSession}) => !isSession && description.startsWith(credential))
  const [held, ...others] = alive
  if (!held || others.length > 0) return [...problems, `${alive.length} authorizations are alive: ${alive.map(({description}) => description).join(', ')}`]
  if ((held.id === was.outgoing) !== (ending === 'rolled-back' || was.inPlace === true)) problems.push(`${ending}, and ${held.description} is the one alive`)
  for (const app of world.apps) problems.push(...brokenInApp(app, configOf(app, was, ending === 'completed' ? held.token : null)))
  return problems
}

function configOf({name}: App, {configs, written}: Before, incoming: null | string): Readonly<Record<string, string>> {
  const config = configs.get(name) ?? {}
  if (incoming === null) return config
  const keys = written.find(({app}) => app === name)?.keys ?? []
  return {...config, ...Object.fromEntries(keys.map(key => [key, incoming]))}
}

function brokenInApp(app: App, expected: Readonly<Record<string, string>>): string[] {
  const differs = (found: Readonly<Record<string, string>>) =>
    [...new Set([...Object.keys(expected), ...Object.keys(found)])].filter(key => found[key] !== expected[key])
  const stale = app.runningDynos().filter(({config}) => differs(config).length > 0)
  return [
    ...differs(app.nextConfig).map(key => `${app.name}: ${key} is not what it should be`),
    ...stale.map(({name, release}) => `${app.name}: ${name} of v${release.version} runs with other values`),
  ]
}

/** Files that hold a token in the clear, which none may at any time. */
export function readableTokens({all}: Files, {world}: Sandbox): string[] {
  return all.filter(({content}) => world.scrub(content) !== content).map(({path}) => `a token is in ${path}`)
}

/** The same for what is left on a machine, however the rotation went there. */
export function brokenOnDisk(files: Files, sandbox: Sandbox): string[] {
  const {all, locks, outcomes} = files
  const problems = readableTokens(files, sandbox)
  for (const {path} of all) if (path.includes('.sealed')) problems.push(`sealed tokens are left: ${path}`)
  if (outcomes.includes(null)) problems.push('a journal is open')
  if (locks.some(lock => lock['released'] !== true && lives(lock['pid']))) problems.push('the lock is held')
  return problems
}

/** What journal and audit log have to say of the ending; one that failed and was run again may have said so. */
export function brokenStory({audit, madeSomething, outcomes}: Files, ending: Ending): string[] {
  const ended = outcomes.filter(outcome => outcome !== 'failed')
  const said = audit.map(({action}) => String(action)).filter(action => action !== 'secret.rotate.failed')
  const action = `secret.rotate.${ending.replace('-', '_')}`
  // Rolled back before it made anything, it has nothing to say.
  const isSilent = ending === 'rolled-back' && said.length === 0 && !madeSomething
  return [
    ...(ended.join(',') === ending ? [] : [`the journals say ${ended.join(', ') || 'nothing'}, not ${ending}`]),
    ...(said.join(',') === action || isSilent ? [] : [`the audit log says ${said.join(', ') || 'nothing'}, not ${action}`]),
  ]
}

/** Whether the owner of a lock still runs: a lock of the dead is free. */
function lives(pid: unknown): boolean {
  try {
    return typeof pid === 'number' && process.kill(pid, 0)
  } catch {
    return false
  }
}
