import {expect} from 'chai'

import {criticalPath, lengthOf} from '../../../bench/critical-path.js'
import {holder, requestOf, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const LATENCY_MS = 100
const RESTART_MS = 2000
/** The default of the commands. */
const CONCURRENCY = 200

const named = (count: number) => Array.from({length: count}, (_, index) => `example-app-${index + 1}`)

/** A canary and the others, or one app; time is virtual, so that no machine is slow. */
async function measure(root: string, count: number) {
  const names = named(count)
  const {clock, process, sandbox} = scene(root, names.map(name => holder(name, {restartMs: RESTART_MS, sigtermMs: 0})), {latencyMs: LATENCY_MS})
  const {context} = process()
  const began = clock.now()
  const {plan} = await rotate(context, requestOf(names.map((name, index) => (count > 1 && index === 0 ? `${name}@0` : name)), {concurrency: CONCURRENCY, drain: 0}))
  const path = criticalPath({drainMs: 0, latencyMs: LATENCY_MS, releasePhaseMs: 0, restartMs: RESTART_MS, startMs: 0, waves: count === 1 ? 1 : 2})
  expect(sandbox.world.violations).to.deep.equal([])
  expect(sandbox.log.filter(({status}) => status === 429)).to.deep.equal([])
  const {left, planned = 0} = plan.calls ?? {}
  return {callsPerApp: context.api.calls / count, madeOfPlanned: (context.api.calls - (4500 - (left ?? 0))) / planned, ratio: (clock.now() - began) / lengthOf(path)}
}

describe('a rotation, by the clock of the simulated platform', function () {
  this.timeout(300_000)
  const root = tempRoot()
  const aims: [apps: number, ratio: number, calls: number][] = [[1, 1.05, 20], [5, 1.05, 10], [25, 1.05, 7], [100, 1.05, 6.5], [200, 1.05, 5.5]]
  for (const [apps, most, calls] of aims) {
    it(`of ${apps} takes at most ${most} of what its calls and restarts take in sequence, at most ${calls} calls an app, as many as the plan says`, async function () {
      const {callsPerApp, madeOfPlanned, ratio} = await measure(root(), apps)
      expect(ratio, 'over the critical path').to.be.at.most(most)
      expect(callsPerApp, 'calls an app').to.be.at.most(calls)
      expect(madeOfPlanned, 'made of planned').to.be.within(0.9, 1.1)
    })
  }
})

describe('a rotation of more apps than the account has calls for in the plain way', function () {
  this.timeout(600_000)
  const root = tempRoot()
  const COUNT = 210
  const find = requestOf([], {concurrency: CONCURRENCY, looking: {allowed: [], allowedUnread: [], ask: null, given: null, mode: 'find'}})
  const incoming = 'example-token-2026-01-15'

  it('makes at most 5 calls an app in all, discovery included, as many as the plan says, and none is refused', async function () {
    const capacity = 4.5 * COUNT // as the pool is to 1,000 apps
    const {process, sandbox} = scene(root(), named(COUNT).map(name => holder(name)), {latencyMs: LATENCY_MS, rateLimit: {capacity, perMinute: 75}})
    const {context} = process()
    const {plan, state} = await rotate(context, find)
    expect(context.api.calls / COUNT).to.be.at.most(4 + 30 / COUNT)
    const {left, planned = 0} = plan.calls ?? {}
    expect((context.api.calls - (capacity - (left ?? 0))) / planned).to.be.within(0.9, 1.1)
    expect(plan.remarks.join('; ')).to.include(`the dynos of ${COUNT} apps were not counted`)
    expect(sandbox.log.filter(({status}) => status === 429)).to.deep.equal([])
    expect(sandbox.world.violations).to.deep.equal([])
    expect([...state.consumers.values()].filter(({release, status}) => status !== 'verified' || release !== 4)).to.deep.equal([])
    for (const {config, name} of sandbox.world.apps) expect(sandbox.world.nameOf(config['HEROKU_API_KEY'] ?? ''), name).to.equal(incoming)
    expect(state.phases.get('drain')?.seconds, 'preboot is not asked for').to.be.at.least(180)
  })

  it('does not revoke while an app that was given the outgoing token back hides it behind its release phase, and goes on when that is mended', async function () {
    const names = named(COUNT)
    const {clock, process, sandbox} = scene(root(), names.map((name, index) => holder(name, index === 7 ? {releasePhaseMs: 4000} : {})))
    const outgoing = sandbox.world.authorization('example-token')?.token ?? ''
    let meddled = false
    sandbox.faults.armRaw(({method, path}) => {
      // When every app runs with the incoming token, and that one is tried once more: right before the last look at the apps.
      const written = sandbox.log.filter(entry => entry.method === 'PATCH').length
      if (method === 'GET' && path === '/account' && written >= COUNT && !meddled) {
        meddled = true
        sandbox.world.setConfig('example-app-8', {HEROKU_API_KEY: outgoing})
        sandbox.world.setConfig('example-app-9', {HEROKU_API_KEY: outgoing})
      }

      return undefined
    })
    const {context} = process()
    let told = ''
    await rotate(context, {...find, drain: 0}).catch((error: unknown) => {
      told = String(error)
    })
    expect(meddled).to.equal(true)
    expect(told).to.include('example-app-8 still has the old token').and.to.include('example-app-9 still has the old token')
    expect(sandbox.world.authorization('example-token')?.revoked).to.equal(false)
    await clock.sleep(10_000)
    expect(sandbox.world.violations).to.deep.equal([])
  })
})
