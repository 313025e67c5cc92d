import {expect} from 'chai'

import type {Action, AppPlan, Scenario} from './chaos/scenario.js'

import {play} from './chaos/play.js'
import {faultKinds} from './chaos/scenario.js'
import {Stage} from './chaos/stage.js'
import {type Endpoint, uses} from './endpoints.js'
import {upTo} from './file-points.js'
import {isWhole, ofWhole} from './whole.js'

const app = (name: string, changes: Partial<AppPlan> = {}): AppPlan => ({
  breaks: 'never', crashed: false, dynos: 1, holds: {HEROKU_API_KEY: 'outgoing'}, name, oneOffs: [], preboot: false, releasePhaseMs: null, restartMs: 2000, sigtermMs: 30_000, wave: 1, ...changes,
})

const actionOf = (changes: Partial<Action> = {}): Action => ({
  command: 'rotate', death: null, fates: [], faults: [], full: null, hands: [], interruptAt: null, session: 'login', waitMs: 0, ...changes,
})

function scenarioOf(changes: Partial<Action> = {}): Scenario {
  return {
    apps: [app('example-app-1', {wave: 0}), app('example-app-2', {holds: {HEROKU_API_KEY: 'outgoing', OTHER_KEY: 'nothing'}, releasePhaseMs: 4000})],
    latencyMs: 20,
    operators: [{actions: [actionOf(changes)], machine: 0}],
    options: {concurrency: 10, drain: null, drainTimeout: 600, expiresIn: null, ignoreOneOff: false, inPlace: true, looksAround: false, scope: null},
    seed: 'in place',
    sharedPrefix: false,
    switches: {},
  }
}

/*
 * Regenerated in place, by the plugin's own code in virtual time. Whatever happens, in the end every consumer runs with
 * the token that works, the authorization is the same one, and nothing is left of the rotation. `npm test` runs a sample,
 * `npm run test:all` every point.
 */
describe('a rotation in place', function () {
  this.timeout(300_000)

  const every = isWhole ? 1 : 34
  const requests: Endpoint[] = []
  let points = 0
  let whole = 0

  before('counts what it asks where nothing disturbs it', async function () {
    const stage = new Stage(scenarioOf())
    expect(await stage.run(actionOf(), 0)).to.include({exit: 0})
    for (const entry of stage.platform.sandbox.log) requests.push(...uses([entry]).keys())
  })

  after('tells how many points were run', function () {
    console.log(`      in-place matrix: ${ofWhole(import.meta.url, points, whole)}`)
  })

  /** Answers whether what was to happen did. */
  async function holds(change: Partial<Action>): Promise<boolean> {
    const {problems, stage, trace} = await play(scenarioOf(change))
    points += 1
    if (problems.length > 0) expect.fail(`${JSON.stringify(change)}: ${problems.join('; ')}\n${trace()}`)
    const [first] = stage.ended
    return first?.exit === 'died'
  }

  it('killed at any request, ends well', async function () {
    for (const request of upTo(requests.length)) {
      // What changes something is killed at each time.
      whole += 2
      if (request % every > 0 && requests[request - 1]?.startsWith('GET')) continue
      for (const when of ['after', 'before'] as const) await holds({death: {request, when}})
    }
  })

  it('killed at any write to its disk, ends well', async function () {
    for (const how of ['after', 'torn'] as const) for (let write = 1; await holds({death: {how, write}}); write += every) whole += every
  })

  it('on a platform that fails at the first or last use of any endpoint, ends well', async function () {
    const ends = new Set(requests.flatMap(endpoint => [requests.indexOf(endpoint) + 1, requests.lastIndexOf(endpoint) + 1]))
    const faults = [...ends].flatMap(at => faultKinds.map(kind => ({at, kind})))
    whole += faults.length
    for (const [index, {at, kind}] of faults.entries()) {
      if (index % every > 0 && requests[at - 1]?.startsWith('GET')) continue
      await holds({faults: [{at, kind, times: 1}]})
    }
  })
})
