import type {Action, Operator, Scenario} from './scenario.js'

import {Files} from '../files.js'
import {type Before, stateOf} from '../laws.js'
import {credential} from '../scene.js'
import {broken} from './judge.js'
import {Stage} from './stage.js'
import {traceOf} from './trace.js'

const TRIES = 10

export type Played = {problems: string[]; stage: Stage; trace(): string}

/** Plays a scenario, goes on in a world that is well again until nothing is in flight, and judges it. */
export async function play(scenario: Scenario): Promise<Played> {
  const stage = new Stage(scenario)
  const written = scenario.apps.map(({holds, name}) => ({app: name, keys: Object.keys(holds), wave: 1 as const}))
  const was = {...stateOf(stage.platform.sandbox, written), inPlace: scenario.options.inPlace}
  await Promise.all(scenario.operators.map(operator => perform(stage, operator)))
  const undriven = await drive(stage, scenario, was)
  await stage.platform.clock.advance(3_600_000)
  const files = stage.machines.map(machine => Files.of(machine))
  const problems = [...undriven, ...broken({files, scenario, stage, was})]
  const trace = problems.length === 0 ? '' : traceOf(scenario, stage, files)
  return {problems, stage, trace: () => trace}
}

async function perform(stage: Stage, {actions, machine}: Operator): Promise<void> {
  for (const action of actions) {
    await stage.platform.clock.sleep(action.waitMs)
    await stage.run(action, machine)
  }
}

const quiet = {death: null, fates: [], faults: [], full: null, hands: [], interruptAt: null, session: 'login', waitMs: 0} as const

/** Nothing goes wrong any more: whatever is in flight can be ended, and the token can be rotated once more. */
async function drive(stage: Stage, scenario: Scenario, was: Before): Promise<string[]> {
  const {clock, sandbox} = stage.platform
  for (const {name} of scenario.apps) {
    if (sandbox.world.findApp(`${name}-renamed`)) sandbox.world.renameApp(`${name}-renamed`, name)
    const app = sandbox.world.findApp(name)
    if (!app) continue
    app.access = 'full'
    app.become({crashes: false, releasePhase: 'succeeds'})
    app.restart(app.dynos.filter(({state}) => state === 'crashed'))
  }

  // By then one-off dynos have ended, and no revoke that was given up is still under way.
  await clock.advance(scenario.apps.some(({oneOffs}) => oneOffs.length > 0) ? 600_000 : 61_000)
  const machines = [...stage.machines.keys()]
  for (const machine of machines) {
    const failure = await end(stage, scenario, was, machine)
    // The error sends the person to the rotation that has taken the credential over, which is ended first.
    const isElsewhere = failure?.code === 'ROTATE_IN_FLIGHT' && machines.some(other => other !== machine && isOpen(stage, other))
    if (isElsewhere && machines.length < 2 * stage.machines.length) machines.push(machine)
    else if (failure) return [failure.told]
  }

  const again = await stage.run({...quiet, command: 'rotate', fates: [], faults: [], hands: []}, 0)
  return again.exit === 0 || isExcused(again.code) || (again.code === 'ROTATE_CONSUMER' && !isWhole(stage, scenario)) ? [] : [`when all is over, the token cannot be rotated: ${again.code}`]
}

const isWhole = ({platform: {sandbox}}: Stage, {apps}: Scenario) => apps.every(({name}) => sandbox.world.findApp(name))

/** Ends what is in flight on a machine, with whatever a person is told to type. */
async function end(stage: Stage, scenario: Scenario, was: Before, machine: number): Promise<null | {code: null | string; told: string}> {
  let command: Action['command'] = 'resume'
  for (let count = 0; isOpen(stage, machine); count++) {
    const {code, exit} = await stage.run({...quiet, command, fates: [], faults: [], hands: []}, machine, byHand(stage, was))
    // Before anything was changed, an app that was deleted ends the rotation as it would have stopped the plan.
    if (exit === 0 || (code === 'ROTATE_CONSUMER' && !isWhole(stage, scenario) && !isOpen(stage, machine))) break
    if (count >= TRIES) return {code, told: `neither resume nor rollback ends what is in flight on machine ${machine}: ${code}`}
    if (count === 0 && isPlain(scenario)) return {code, told: `in a world that is well, resume fails: ${code}`}
    if (code === 'ROTATE_STILL_HELD' || (code === 'ROTATE_CHANGED' && scenario.options.inPlace)) await byHand(stage, was)()
    command = command === 'resume' ? 'rollback' : 'resume'
  }

  return null
}

/** Values that fit what a redacted token shows, the session's own among them, are a question for the person. */
const isExcused = (code: null | string) => ['ROTATE_SCOPE', 'ROTATE_SELF_IN_PLACE', 'ROTATE_SELF_SCOPE', 'ROTATE_TWO_VALUES'].includes(code ?? '')

function isOpen(stage: Stage, machine: number): boolean {
  const files = stage.machines[machine] ?? new Map<string, string>()
  return [...files].some(([path, content]) => path.endsWith('.jsonl') && path.includes('/rotations/') && isOpened(content.slice(0, content.lastIndexOf('\n') + 1)))
}

/** By whole lines: a torn one says nothing. */
const isOpened = (lines: string) => lines !== '' && !lines.includes('"type":"closed"')

/** One operator, who stayed logged in and whose apps nobody else touched. */
function isPlain({operators}: Scenario): boolean {
  return operators.length === 1 && operators.every(({actions}) => actions.every(({hands, session}) => hands.length === 0 && session === 'login'))
}

/** What the error asks the person to do: everybody gets what they held or, of a token that was replaced since, the newest. */
function byHand({platform: {sandbox}}: Stage, was: Before) {
  const {world} = sandbox
  const newest = () => world.existingAuthorizations.find(({description, isSession}) => !isSession && description.startsWith(credential) && !description.includes('(rotation '))?.token
  const held = (value: string) => (world.nameOf(value).startsWith(credential) && !world.isLive(value) ? (newest() ?? value) : value)
  return async (id = ''): Promise<string> => {
    for (const [app, config] of was.configs) {
      if ((id !== '' && id !== `heroku-config:${app}`) || !world.findApp(app)) continue
      const empty = Object.fromEntries(Object.keys(world.app(app).nextConfig).map(key => [key, null]))
      world.setConfig(app, {...empty, ...Object.fromEntries(Object.entries(config).map(([key, value]) => [key, held(value)]))})
    }

    return 'operator'
  }
}
