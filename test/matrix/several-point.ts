import type {Fault, Sandbox} from '../sandbox/sandbox.js'
import type {InProcess} from '../support/in-process.js'

import {advance, goOn} from '../../src/lib/rotation/engine/advance.js'
import {reopenAll} from '../../src/lib/rotation/engine/open.js'
import {rollBack} from '../../src/lib/rotation/engine/roll-back.js'
import {toRotationError} from '../../src/lib/rotation/report/explain.js'
import {openJournals} from '../../src/lib/rotation/state/journals.js'
import {carryOutAll, held, names, type Ran, released, rotateAll, several} from '../support/several.js'
import {Files} from './files.js'
import {brokenOnDisk, readableTokens} from './laws.js'
import {memoryDisk} from './memory-disk.js'

/** At a request, or at a write of a file of the plugin. */
type Strike = {fault: Fault} | {how: 'after' | 'before' | 'half'; write: number}

/** How the rotations are gone on with: in one run, each by itself, or back. */
export type Way = 'all' | 'back' | 'each'

export type Point = {session: 'login' | 'outgoing'; strike: null | Strike; way: Way}

export type Told = {problems: string[]; requests: number; struck: boolean; writes: number}

/** No process of this machine has it, so that a lock of the dead is free. */
const FIRST_PID = 10_000_000

/** Three credentials over four apps are rotated in one run, which is struck once; then it is gone on with to the end. */
export async function runPoint({session, strike, way}: Point): Promise<Told> {
  const {process, sandbox} = several('/home/operator/.local/share/heroku')
  const disk = new Map<string, string>()
  const files = Files.of(disk)
  const own = sandbox.world.authorization(names[2])?.token ?? ''
  let pid = FIRST_PID
  let writes = 0
  let dies = (): void => {}
  let struck = false

  const machine = (): InProcess => {
    const made = process({
      disk: () => memoryDisk({
        decide() {
          writes++
          return strike && 'write' in strike && strike.write === writes ? strike.how : null
        },
        die: () => dies(),
        files: disk,
      }),
      pid: ++pid,
      // The session ends with its token, and then the person has another one.
      session: session === 'outgoing' && sandbox.world.isLive(own) ? own : sandbox.sessionToken,
    })
    dies = () => {
      struck = true
      made.kill()
    }

    return made
  }

  const armed = strike && 'fault' in strike ? sandbox.faults.arm(strike.fault) : null
  const first = machine()
  const died = new Promise<null>(resolve => {
    const wasDying = dies
    dies = () => {
      wasDying()
      resolve(null)
    }

    sandbox.onKill = () => dies()
  })
  const ran = await Promise.race([died, ended(rotateAll(first.context))])
  armed?.disarm()
  struck ||= (armed?.fired ?? 0) > 0
  const problems = [...readableTokens(files, sandbox), ...codesOf(ran)]
  const isDone = ran !== null && !(ran instanceof Error) && ran.failed.size === 0
  if (!isDone) problems.push(...await end(machine, way))
  // A call that failed may have been repeated, and what dropped out is written later: each is a release.
  const restarts = ran === null || strike === null ? brokenByRestarts(sandbox, isDone ? 'all' : way) : []
  return {problems: [...problems, ...brokenIn(sandbox, files), ...restarts], requests: sandbox.log.length, struck, writes}
}

/** An error of planning or opening is an answer too. */
async function ended(work: Promise<Ran>): Promise<Error | Ran> {
  try {
    return await work
  } catch (error) {
    return toRotationError(error)
  }
}

function codesOf(ran: Error | null | Ran): string[] {
  if (ran === null) return []
  const errors = ran instanceof Error ? [ran] : [...ran.failed.values()]
  return errors.filter(error => toRotationError(error).code === 'ROTATE_UNEXPECTED').map(({message}) => `the error is not a typed one: ${message}`)
}

/** As a person would who does what the commands say. */
async function end(machine: () => InProcess, way: Way): Promise<string[]> {
  const problems: string[] = []
  const run = async (choose: (rotation: string, index: number) => boolean, work: Parameters<typeof carryOutAll>[1]) => {
    const {context} = machine()
    const open = (await openJournals(context)).filter(({plan}, index) => choose(plan.rotation, index))
    const {failed} = await carryOutAll(await reopenAll(context, open, {isAgreed: true}), work)
    return [...failed.values()]
  }

  const left = (await openJournals(machine().context)).map(({plan}) => plan.rotation)
  if (way === 'each') {
    const early: string[] = []
    for (const id of left) {
      const errors = await run(rotation => rotation === id, goOn)
      if (errors.some(({code}) => code === 'ROTATE_NOT_LAST')) early.push(id)
      else problems.push(...errors.map(({message}) => `resume fails: ${message}`))
    }

    for (const id of early) problems.push(...(await run(rotation => rotation === id, goOn)).map(({message}) => `resume at last fails: ${message}`))
  } else if (way === 'all') {
    problems.push(...(await run(() => true, goOn)).map(({message}) => `resume --all fails: ${message}`))
  } else {
    const late = (await run(() => true, rollBack)).filter(({code}) => code !== 'ROTATE_TOO_LATE')
    // What came too late goes forward.
    const forward = await run(() => true, rotations => advance(rotations))
    problems.push(...[...late, ...forward].map(({message}) => `rollback --all, or resume --all after it, fails: ${message}`))
  }

  return problems
}

/** The laws, for each credential. */
export function brokenIn(sandbox: Sandbox, files: Files): string[] {
  const {world} = sandbox
  const problems = world.violations.map(({consumer, detail, request}) => `locked out: ${consumer}, ${detail} (request ${request})`)
  for (const {description} of world.existingAuthorizations) if (description.includes('(rotation ')) problems.push(`a mark is left: ${description}`)
  for (const name of names) {
    const alive = world.authorizations.filter(({description, isSession}) => !isSession && description.startsWith(name))
    const [one, ...others] = alive
    if (!one || others.length > 0) problems.push(`${alive.length} authorizations of ${name} are alive`)
    for (const [app, keys] of Object.entries(held)) {
      const {nextConfig} = world.app(app)
      const running = world.app(app).runningDynos()
      for (const key of Object.keys(keys).filter(each => keys[each] === name)) {
        if (nextConfig[key] !== one?.token) problems.push(`${app}: ${key} does not hold the token that is alive`)
        if (running.some(({config}) => config[key] !== one?.token)) problems.push(`${app}: a dyno runs with another ${key}`)
      }
    }
  }

  const completed = files.journals.filter(({records}) => records.some(({outcome, type}) => type === 'closed' && outcome === 'completed')).map(({id}) => id)
  const told = files.audit.filter(({action}) => action === 'secret.rotate.completed').map(({rotation}) => String(rotation))
  if (completed.toSorted().join(',') !== told.toSorted().join(',')) problems.push(`the audit log tells of ${told.length} that have completed, and ${completed.length} have`)
  return [...problems, ...brokenOnDisk(files, sandbox)]
}

/** In one run, also one that was gone on with, an app is restarted once, and once more to take it back. */
function brokenByRestarts(sandbox: Sandbox, way: Way): string[] {
  return Object.entries(released(sandbox)).flatMap(([app, count]) => {
    const most = {all: 1, back: 1 + Object.keys(held[app] ?? {}).length, each: Object.keys(held[app] ?? {}).length}[way]
    return count <= most ? [] : [`${app} was released ${count} times`]
  })
}
