import type {Fetch} from '../../src/lib/ports.js'
import type {Rotation} from '../../src/lib/rotation/rotation.js'

import {consumersFrom} from '../../src/lib/cli/flags/consumers.js'
import {makePlan} from '../../src/lib/rotation/planning/make-plan.js'
import {toRotationError} from '../../src/lib/rotation/report/explain.js'
import {openRotation, reopenRotation} from '../../src/lib/rotation/state/journals.js'
import {selectRotation} from '../../src/lib/rotation/state/select.js'
import {createSandbox, type Sandbox, type SandboxOptions, tokenOf, type VirtualClock, virtualClock} from '../sandbox/sandbox.js'
import {makeInProcess} from '../support/in-process.js'
import {advance, goOn, rollBack} from '../support/one.js'
import {requestOf} from '../support/rotations.js'
import {Files} from './files.js'
import {memoryDisk} from './memory-disk.js'
import {consumers, credential, flagValue} from './scene.js'

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

const request = requestOf([], {
  consumers: consumersFrom({
    app: consumers.filter(({wave}) => wave === 1).map(consumer => flagValue(consumer)),
    canary: consumers.filter(({wave}) => wave === 0).map(consumer => flagValue(consumer)),
  }),
  outgoing: {description: credential},
})

export type Command = 'resume' | 'rollback' | 'rotate'

/** `code` is that of the error; null where there was none. */
export type Ended = {code: null | string; command: Command; exit: number; told: string}

export type Platform = {clock: VirtualClock; sandbox: Sandbox}

export type Stage = {
  files: Files
  /** Every run so far. */
  runs: readonly Ended[]
  run(command: Command): Promise<Ended>
  sandbox: Sandbox
}

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
export function openStage({clock, sandbox}: Platform = openPlatform(), host = 'example-host'): Stage {
  const disk = new Map<string, string>()
  const runs: Ended[] = []

  async function work(command: Command): Promise<Ended> {
    const {context, told} = makeInProcess({
      clock,
      disk: () => memoryDisk({decide: () => null, die() {}, files: disk}),
      fetch: abortable(sandbox.startProcess()),
      host,
      pid: runs.length + 1,
      root: '/home/operator/.local/share/heroku',
      sandbox,
    })
    let rotation: null | Rotation = null
    try {
      if (command === 'rotate') {
        rotation = await openRotation(context, await makePlan(context, request))
        await advance(rotation)
      } else {
        const open = await selectRotation(context, {description: credential})
        if (!open) throw new Error('a description selects a journal')
        rotation = await reopenRotation(context, open)
        await (command === 'rollback' ? rollBack(rotation) : goOn(rotation))
      }

      return {code: null, command, exit: 0, told: told()}
    } catch (error) {
      const {code, exitCode, message} = toRotationError(error)
      return {code, command, exit: exitCode, told: `${told()}\n${message}`}
    } finally {
      await rotation?.release()
    }
  }

  return {
    files: Files.of(disk),
    async run(command) {
      const ended = await work(command)
      runs.push(ended)
      return ended
    },
    runs,
    sandbox,
  }
}
