import type {Request} from '../../../src/lib/rotation/planning/make-plan.js'
import type {Rotation} from '../../../src/lib/rotation/rotation.js'
import type {Action, Fate, Hand, Scenario} from './scenario.js'

import {makePlan} from '../../../src/lib/rotation/planning/make-plan.js'
import {toRotationError} from '../../../src/lib/rotation/report/explain.js'
import {openRotation, reopenRotation} from '../../../src/lib/rotation/state/journals.js'
import {selectRotation} from '../../../src/lib/rotation/state/select.js'
import {type InProcess, makeInProcess, seededRandom} from '../../support/in-process.js'
import {advance, goOn, rollBack} from '../../support/one.js'
import {memoryDisk, type MemoryFiles} from '../memory-disk.js'
import {credential} from '../scene.js'
import {network} from './network.js'
import {openWorld, type Platform, sessionOf, valueOf} from './world.js'

/** More than any command of such a small world needs. */
const REQUESTS = 4000
const HOURS = 12 * 3_600_000

export type Ended = {code: null | string; command: string; exit: 'died' | 'stuck' | number; next: readonly string[]; now: string; operator: string; told: string}
/** `isDead` where the value was a token that had been revoked by then. */
export type HandSet = Hand & {isDead: boolean; n: number}

/** No real process has such an id. */
const FIRST_PID = 10_000_000

/** The world of a scenario, its machines, and what was done there. */
export class Stage {
  readonly ended: Ended[] = []
  readonly hands: HandSet[] = []
  readonly machines: readonly MemoryFiles[]
  readonly platform: Platform
  readonly #living = new Set<number>()
  readonly #outgoing: string
  #pid = FIRST_PID
  readonly #scenario: Scenario

  constructor(scenario: Scenario) {
    this.#scenario = scenario
    this.platform = openWorld(scenario)
    this.#outgoing = this.platform.sandbox.world.authorization(credential)?.token ?? ''
    this.machines = [new Map(), new Map()]
  }

  /** A command in a process of its own, until it ends or dies; it never hangs for good. */
  async run(action: Action, machine: number, confirms: (id: string) => Promise<null | string> = async () => null): Promise<Ended> {
    const {clock} = this.platform
    const pid = ++this.#pid
    this.#living.add(pid)
    let die = () => {}
    const death = new Promise<'died'>(resolve => {
      die = () => resolve('died')
    })
    const run = this.#process(action, {confirms, die: () => die(), machine, pid})
    const ended = new AbortController()
    const late = clock.sleep(HOURS, ended.signal).then(() => 'stuck' as const)
    const outcome = await Promise.race([this.#work(action, run), death, late])
    ended.abort()
    await late.catch(() => {})
    this.#living.delete(pid)
    if (outcome === 'stuck') run.kill()
    const nothing = {code: null, next: [], now: ''}
    const result: Ended = {
      ...(typeof outcome === 'string' ? {...nothing, exit: outcome} : outcome),
      command: action.command,
      operator: `machine ${machine}, process ${pid - FIRST_PID}`,
      told: run.told(),
    }
    this.ended.push(result)
    return result
  }

  setByHand(hand: Hand): void {
    const {sandbox} = this.platform
    if (!sandbox.world.findApp(hand.app)) return
    const isDead = hand.value === 'outgoing' && sandbox.world.existingAuthorizations.every(({description}) => description !== credential)
    this.hands.push({...hand, isDead, n: sandbox.log.length})
    sandbox.world.setConfig(hand.app, {[hand.key]: valueOf(sandbox, hand.value)})
  }

  /** Somebody does something to the app itself. */
  meet({app: name, kind}: Fate): void {
    const {world} = this.platform.sandbox
    const app = world.findApp(name)
    if (!app) return
    switch (kind) {
    case 'deleted': {
      world.deleteApp(name)
      break
    }

    case 'maintenance': {
      app.maintenance = true
      break
    }

    case 'renamed': {
      world.renameApp(name, `${name}-renamed`)
      break
    }

    case 'restarted': {
      app.restart(app.dynos.filter(({type}) => type !== 'run'))
      break
    }

    case 'scaled': {
      app.scale('web', 0)
      break
    }

    default: world.transferApp(name, 'example-team', ({hidden: 'view', locked: 'none', 'read-only': 'read', team: 'full'} as const)[kind])
    }
  }

  #process(action: Action, {confirms, die, machine, pid}: {confirms(id: string): Promise<null | string>; die(): void; machine: number; pid: number}): InProcess {
    const {clock, sandbox} = this.platform
    const {death, fates, faults, full, hands, interruptAt} = action
    const seed = `${this.#scenario.seed} ${pid}`
    const random = seededRandom(`${seed} network`)
    const isCrowded = this.#scenario.operators.length > 1
    let requests = 0
    let writes = 0
    const kill = () => {
      made.kill()
      die()
    }

    const fetch = network({
      clock,
      decide: () => {
        requests++
        for (const hand of hands) if (hand.at === requests) this.setByHand(hand)
        for (const fate of fates) if (fate.at === requests) this.meet(fate)
        if (interruptAt === requests) made.interrupt()
        if (requests > REQUESTS) die()
        const fault = faults.find(({at, times}) => requests >= at && requests < at + times)
        return {death: death && 'request' in death && death.request === requests ? death.when : null, fault: fault?.kind ?? null}
      },
      die: kill,
      fetch: sandbox.startProcess(),
      jitter: () => (isCrowded ? Math.floor(random.number() * 150) : 0),
    })
    const disk = memoryDisk({
      decide() {
        writes++
        if (full && writes >= full.write && writes < full.write + full.times) return 'full'
        if (!death || !('write' in death) || death.write !== writes) return null
        return death.how === 'torn' ? 'half' : death.how
      },
      die: kill,
      files: this.machines[machine] ?? new Map(),
    })
    const made = makeInProcess({
      clock,
      disk: () => disk,
      fetch,
      host: `machine-${machine}`,
      isAlive: other => this.#living.has(other),
      outside: {
        env: {},
        fetch,
        home: '/nowhere',
        lookup: async () => [],
        person: {agrees: async () => null, confirms},
        async run() {
          throw Object.assign(new Error('no such program'), {code: 'ENOENT'})
        },
      },
      pid,
      root: '/home/operator/.local/share/heroku',
      sandbox,
      seed,
      session: sessionOf(sandbox, action.session, this.#outgoing),
    })
    return made
  }

  async #work({command}: Action, {context}: InProcess): Promise<Pick<Ended, 'code' | 'exit' | 'next' | 'now'>> {
    let rotation: null | Rotation = null
    try {
      if (command === 'rotate') {
        rotation = await openRotation(context, await makePlan(context, requestOf(this.#scenario)))
        await advance(rotation)
      } else {
        const open = await selectRotation(context, {description: credential})
        if (!open) throw new Error('a description selects a journal')
        rotation = await reopenRotation(context, open, {isAgreed: true})
        await (command === 'rollback' ? rollBack(rotation) : goOn(rotation))
      }

      return {code: null, exit: 0, next: [], now: ''}
    } catch (error) {
      const {code, exitCode, message, next} = toRotationError(error)
      return {code, exit: exitCode, next, now: message}
    } finally {
      await rotation?.release()
    }
  }
}

function requestOf({apps, options}: Scenario): Request {
  return {
    actor: null,
    announce: {audit: [], notify: []},
    concurrency: options.concurrency,
    consumers: apps.map(({holds, name, wave}) => ({address: {add: true, app: name, keys: Object.keys(holds), kind: 'heroku-config', overwrite: true}, role: 'consumer', wave})),
    drain: options.drain,
    drainTimeout: options.drainTimeout,
    expiresIn: options.expiresIn ?? undefined,
    ignoreOneOff: options.ignoreOneOff,
    inPlace: options.inPlace,
    looking: {allowed: [], allowedUnread: [], ask: null, given: null, mode: options.looksAround ? 'refuse' : 'skip'},
    outgoing: {description: credential},
    probes: [],
    scope: options.scope ?? undefined,
    timeout: 600,
  }
}
