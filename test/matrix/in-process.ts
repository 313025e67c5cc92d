import {setImmediate as turn} from 'node:timers/promises'

import type {Fetch} from '../../src/lib/ports.js'
import type {Rotation} from '../../src/lib/rotation/rotation.js'
import type {Machine} from './machine.js'

import {consumersFrom, withMeant} from '../../src/lib/cli/flags/consumers.js'
import {makePlan} from '../../src/lib/rotation/planning/make-plan.js'
import {toRotationError} from '../../src/lib/rotation/report/explain.js'
import {openRotation, reopenRotation} from '../../src/lib/rotation/state/journals.js'
import {selectRotation} from '../../src/lib/rotation/state/select.js'
import {takeOverRotation} from '../../src/lib/rotation/state/take-over.js'
import {createSandbox, type Sandbox, type SandboxOptions, tokenOf, type VirtualClock, virtualClock} from '../sandbox/sandbox.js'
import {type InProcess, makeInProcess} from '../support/in-process.js'
import {advance, goOn, rollBack} from '../support/one.js'
import {requestOf} from '../support/rotations.js'
import {Files} from './files.js'
import {memoryDisk} from './memory-disk.js'
import {addedOf, consumers, credential, type Death, flagValue, type Keys, matchOf} from './scene.js'

const holder = {config: {HEROKU_API_KEY: tokenOf(credential), RAILS_ENV: 'production'}}

/** As in the kill matrix, with the times of the real platform: none of them is waited for. */
const world: SandboxOptions = {
  apps: [
    {...holder, dynos: {web: 1}, name: 'example-app-staging'},
    {...holder, dynos: {web: 1, worker: 1}, name: 'example-app', releasePhaseMs: 4000},
    {...holder, dynos: {web: 1}, name: 'example-console'},
  ],
  authorizations: [{description: credential}],
}

const requestFor = (written: Keys, drain: null | number) => requestOf([], {
  consumers: withMeant(consumersFrom({
    app: written.filter(({wave}) => wave === 1).map(consumer => flagValue(consumer)),
    canary: written.filter(({wave}) => wave === 0).map(consumer => flagValue(consumer)),
  }), {add: addedOf(written)}),
  drain,
  outgoing: {description: credential},
})

export type Command = 'resume' | 'rollback' | 'rotate'

/** `code` is that of the error; null where there was none. */
export type Ended = {code: null | string; command: Command; exit: 'died' | number; told: string}

export type Platform = {clock: VirtualClock; sandbox: Sandbox}

export type Stage = {
  files: Files
  /** Every run so far. */
  runs: readonly Ended[]
  /** `rotation` names one that another machine has begun. */
  run(command: Command, how?: {death?: Death | undefined; rotation?: string | undefined}): Promise<Ended>
  sandbox: Sandbox
}

type StageOptions = {
  /** Seconds; by default as long as the platform gives old dynos. */
  drain?: number
  host?: string
  /** Its disk, where processes die; without it a simple one that keeps whatever is written. */
  machine?: Machine
  /** Whose token the CLI is logged in with. */
  session?: 'login' | 'outgoing'
  written?: Keys
}

/** No process of this machine has it, so that a lock of the dead is free. */
const FIRST_PID = 10_000_000

/** A call that is given up fails at once, whatever becomes of the request. */
function abortable(fetch: typeof globalThis.fetch): Fetch {
  return (url, init) => new Promise((resolve, reject) => {
    init.signal?.addEventListener('abort', () => reject(init.signal?.reason), {once: true})
    fetch(url, init).then(resolve, reject)
  })
}

/** Heroku, in virtual time. */
export function openPlatform(options: SandboxOptions = {}): Platform {
  const clock = virtualClock()
  return {clock, sandbox: createSandbox({...world, ...options, clock})}
}

/** The plugin's code in this process, on a machine of its own. */
export function openStage({clock, sandbox}: Platform = openPlatform(), {drain, host = 'example-host', machine, session = 'login', written = consumers}: StageOptions = {}): Stage {
  const disk = new Map<string, string>()
  const runs: Ended[] = []
  const request = requestFor(written, drain ?? null)
  const own = sandbox.world.authorization(credential)?.token ?? ''

  async function work({context}: InProcess, command: Command, mark: string | undefined): Promise<Omit<Ended, 'told'>> {
    let rotation: null | Rotation = null
    try {
      if (command === 'rotate') {
        rotation = await openRotation(context, await makePlan(context, request))
        await advance(rotation)
      } else {
        const open = await selectRotation(context, mark === undefined ? {description: credential} : {rotation: mark})
        if (!open && mark === undefined) throw new Error('a description selects a journal')
        rotation = await (open ? reopenRotation(context, open, {isAgreed: true}) : takeOverRotation(context, mark ?? ''))
        await (command === 'rollback' ? rollBack(rotation) : goOn(rotation))
      }

      return {code: null, command, exit: 0}
    } catch (error) {
      const {code, exitCode, message} = toRotationError(error)
      context.report({text: message, type: 'note'})
      return {code, command, exit: exitCode}
    } finally {
      await rotation?.release()
    }
  }

  return {
    get files() {
      return Files.of(machine?.content ?? disk)
    },
    async run(command, {death, rotation} = {}) {
      const made = makeInProcess({
        clock,
        disk: real => (machine ? real : memoryDisk({decide: () => null, die() {}, files: disk})),
        fetch: abortable(sandbox.startProcess()),
        host,
        pid: FIRST_PID + runs.length,
        root: `${machine?.home ?? '/home/operator'}/.local/share/heroku`,
        sandbox,
        session: session === 'outgoing' ? own : sandbox.sessionToken,
      })
      let die = () => {}
      const dead = new Promise<'died'>(resolve => {
        die = () => {
          made.kill()
          machine?.kill()
          resolve('died')
        }
      })
      sandbox.onKill = () => {
        if (death && 'powerFails' in death) machine?.losePower()
        die()
      }

      machine?.start(() => die(), death && 'write' in death ? death : null)
      const armed = death && 'when' in death ? sandbox.faults.arm({kind: `kill-${death.when}`, match: matchOf(death, sandbox.log.length)}) : null
      const outcome = await Promise.race([work(made, command, rotation), dead])
      armed?.disarm()
      // Whatever the dead one had under way comes to rest before another one begins.
      await turn()
      const ended: Ended = {...(outcome === 'died' ? {code: null, command, exit: outcome} : outcome), told: made.told()}
      runs.push(ended)
      return ended
    },
    runs,
    sandbox,
  }
}
