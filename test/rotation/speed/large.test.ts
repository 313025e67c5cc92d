import {expect} from 'chai'

import {type AppSpec} from '../../sandbox/sandbox.js'
import {largeAccount} from '../../support/large-account.js'
import {CREDENTIAL, holder, KEY, requestOf, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const find = (allowedUnread: string[] = [], concurrency = 10) => requestOf([], {concurrency, looking: {allowed: [], allowedUnread, ask: null, given: null, mode: 'find'}})
const unreadable = (specs: readonly AppSpec[]) => specs.filter(({access}) => access === 'view' || access === 'none').map(({name}) => name)
const INCOMING = `${CREDENTIAL}-2026-01-15`

describe('law: the budget of API calls', function () {
  this.timeout(120_000)
  const root = tempRoot()

  it('is kept with 1,000 apps of which 37 hold the token: at most 5 calls an app in all, and no 429', async function () {
    const {held, options, specs} = largeAccount({apps: 1000, holders: 37, others: 2, unreadable: 3})
    const {process, sandbox} = scene(root(), specs, {...options, latencyMs: 100})
    const {context} = process()
    const {plan} = await rotate(context, find(unreadable(specs)))
    const {calls} = context.api
    expect(plan.consumers.map(({address}) => address.kind === 'heroku-config' && address.app).toSorted()).to.deep.equal([...held.keys()].toSorted())
    expect(calls / specs.length, `${calls} calls`).to.be.at.most(5)
    expect(sandbox.log.filter(({status}) => status === 429)).to.deep.equal([])
    for (const [app, key] of held) expect(sandbox.world.nameOf(sandbox.world.app(app).config[key] ?? ''), app).to.equal(INCOMING)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  for (const holding of [2, 7, 30]) it(`is told beforehand, within a tenth of what comes after (${holding} apps)`, async function () {
    const {options, specs} = largeAccount({apps: 900, holders: holding, others: 1, unreadable: 1})
    const {process} = scene(root(), specs, {...options, latencyMs: 100})
    const {context} = process()
    const {plan} = await rotate(context, find(unreadable(specs)))
    const {left = 0, planned = 0} = plan.calls ?? {}
    const made = context.api.calls - (4500 - (left ?? 0))
    expect(made).to.be.within(0.9 * planned, 1.1 * planned)
  })

  it('is kept where every one of 200 apps holds it', async function () {
    const specs = Array.from({length: 200}, (_, index) => holder(`example-app-${index}`))
    const {process, sandbox} = scene(root(), specs, {latencyMs: 100})
    const {context} = process()
    await rotate(context, find(unreadable(specs)))
    expect(context.api.calls / specs.length).to.be.at.most(9)
    expect(sandbox.log.filter(({status}) => status === 429)).to.deep.equal([])
  })

  it('is waited for at the rate of its refill where it is too small, and none is refused', async function () {
    const specs = [holder('example-app'), ...Array.from({length: 150}, (_, index) => ({config: {[KEY]: 'unrelated'}, name: `other-app-${index}`}))]
    const {clock, process, sandbox} = scene(root(), specs, {latencyMs: 100, rateLimit: {capacity: 100, perMinute: 75}})
    const began = clock.now()
    const {context, told} = process()
    await rotate(context, find(unreadable(specs)))
    expect(sandbox.log.filter(({status}) => status === 429)).to.deep.equal([])
    expect(told()).to.match(/\d+ API calls are left: checking 151 places takes about \d min/)
    // Less what the pool held, each call waits for its refill.
    expect(clock.now() - began).to.be.within((context.api.calls - 100) * 800, (context.api.calls - 80) * 800 + 60_000)
  })
})
