import {expect} from 'chai'

import type {Access} from '../../src/lib/consumers/adapter.js'

import {consumer} from '../../src/lib/consumers/registry.js'
import {RotationError} from '../../src/lib/errors.js'
import {Secret} from '../../src/lib/secrecy/secret.js'
import {type AppSpec, createSandbox, type FaultKind, virtualClock} from '../sandbox/sandbox.js'
import {errorOf} from '../support/failure.js'
import {makeInProcess} from '../support/in-process.js'
import {sampleToken} from '../support/sample-token.js'
import {adapterContract, type Contract, type Place} from './adapters.js'

const keys = ['HEROKU_API_KEY', 'PLATFORM_TOKEN', 'NOT_SET']
const config = {DATABASE_URL: sampleToken('database'), HEROKU_API_KEY: sampleToken('one'), PLATFORM_TOKEN: sampleToken('other')}
const APP = {dynos: {web: 2, worker: 1}, name: 'example-app'}
const PHASE = {releasePhaseMs: 3000}

const passing: FaultKind[] = ['500', '500-after', '503', '503-after', '429', 'hang', 'hang-after', 'malformed-json', 'reset-after', 'reset-before']
const lasting: FaultKind[] = [...passing, '401', 'wrong-shape']

function place(spec: Partial<AppSpec> = PHASE) {
  const clock = virtualClock()
  const sandbox = createSandbox({apps: [{config, ...APP, ...spec}], clock})
  const {context, events, interrupt} = makeInProcess({clock, root: '/nowhere', sandbox})
  const app = sandbox.world.app('example-app')
  const progress = (detail: string) => context.report({text: detail, type: 'note'})
  const access: Access = {...context.outside, api: context.api, clock, over: AbortSignal.abort(), progress, resumed: false, signal: context.signal, timeoutMs: 60_000}
  const ours = (values: Readonly<Record<string, string>>) => Object.fromEntries(keys.map(key => [key, values[key] ?? null]))
  const made: Place = {
    access,
    consumer: consumer({app: 'example-app', keys, kind: 'heroku-config'}),
    held: () => ours(app.config),
    interrupt,
    others: () => Object.fromEntries(Object.entries(app.config).filter(([key]) => !keys.includes(key))),
    rest: () => clock.sleep(60_000),
    resumed: () => ({...access, resumed: true}),
    running: () => app.dynos.filter(({state, type}) => state === 'up' && type !== 'run').map(dyno => ours(dyno.config)),
    trouble(what, times) {
      const kind = lasting.find(fault => fault === what)
      sandbox.faults.disarm()
      if (kind && times > 0) sandbox.faults.arm({kind, times})
    },
    writes: () => sandbox.log.filter(({method}) => method !== 'GET').length,
  }
  return {app, clock, events, sandbox, ...made}
}

const contract: Contract = {
  isReadable: true,
  kind: 'heroku-config',
  lasting,
  passing,
  place: holding => place({...PHASE, config: holding === 'something' ? config : {DATABASE_URL: config.DATABASE_URL}}),
}

adapterContract(contract)
adapterContract({...contract, place: holding => place(holding === 'something' ? {preboot: true} : {config: {}, preboot: true}), where: 'with preboot and without a release phase'})

describe('heroku-config', function () {
  const incoming = () => new Map(keys.map(key => [key, new Secret(sampleToken('incoming'))]))

  it('writes all keys in one call: one release, one restart', async function () {
    const {access, app, consumer: at, sandbox} = place()
    const evidence = await at.write(incoming(), access)
    expect(evidence).to.deep.include({pending: true, release: 4, stamp: null, wrote: true})
    expect(sandbox.log.filter(({method}) => method === 'PATCH')).to.have.length(1)
    await at.settle(evidence, access)
    expect(app.currentRelease.version).to.equal(4)
  })

  it('knows a release that is done at once', async function () {
    const {access, consumer: at} = place({})
    expect(await at.write(incoming(), access)).to.deep.include({pending: false, release: 4, stamp: null, wrote: true})
  })

  it('waits for the release, and then for every dyno to be up on it', async function () {
    const {access, app, clock, consumer: at, events} = place({...PHASE, restartMs: 5000})
    const began = clock.now()
    await at.settle(await at.write(incoming(), access), access)
    expect(clock.now() - began).to.be.within(8000, 9500)
    expect(app.dynos.map(({release, state}) => [release.version, state])).to.deep.equal([[4, 'up'], [4, 'up'], [4, 'up']])
    const told = JSON.stringify(events)
    expect(told).to.include('release v4 pending').and.to.include('v4, 0 of 3 dynos up')
  })

  it('is content with dynos of a later release, which somebody else has made', async function () {
    const {access, consumer: at, sandbox} = place({})
    const evidence = await at.write(incoming(), access)
    sandbox.world.setConfig('example-app', {UNRELATED: 'deployed meanwhile'})
    await at.settle(evidence, access)
    expect(evidence.release).to.equal(4)
  })

  it('waits for a release phase that is running already before it looks, when an earlier process may have written', async function () {
    const {access, app, consumer: at, resumed} = place()
    const evidence = await at.write(incoming(), access)
    delete evidence.setAt
    expect(app.hasPendingRelease).to.equal(true)
    expect(await at.write(incoming(), resumed())).to.deep.equal({...evidence, madeAt: app.currentRelease.createdAt, pending: false, wrote: false})
  })

  const failures: [string, Partial<AppSpec>, string, string][] = [
    ['a release that fails', {...PHASE, releasePhase: 'fails'}, 'ROTATE_RELEASE_FAILED', 'heroku releases:output v4 --app example-app'],
    ['a release that does not end', {releasePhaseMs: 90_000}, 'ROTATE_RELEASE_TIMEOUT', 'heroku releases:output v4 --app example-app'],
    ['dynos that crash', {crashes: true}, 'ROTATE_DYNOS_CRASHED', 'heroku logs --app example-app'],
    ['dynos that do not come up', {restartMs: 90_000}, 'ROTATE_DYNOS_TIMEOUT', 'heroku ps --app example-app'],
  ]
  for (const [what, spec, code, next] of failures) {
    it(`tells of ${what}, and the command to look with`, async function () {
      const {access, clock, consumer: at} = place(spec)
      const began = clock.now()
      const error = await errorOf(RotationError, at.write(incoming(), access).then(evidence => at.settle(evidence, access)))
      expect(error).to.include({code, exit: 'incomplete'})
      expect(error.happened).to.match(/^example-app: /)
      expect(error.next[0]).to.equal(next)
      expect(clock.now() - began).to.be.at.most(2 * access.timeoutMs)
    })
  }

  it('does not wait for idle dynos, which wake with the newest release', async function () {
    const {access, clock, consumer: at} = place({idle: true})
    const began = clock.now()
    await at.settle(await at.write(incoming(), access), access)
    expect(clock.now()).to.equal(began)
  })

  it('names what goes on running with what was held before', async function () {
    const {access, app, consumer: at} = place({...PHASE, oneOff: [{command: 'rake once', endsAfterMs: 600_000}]})
    const {release} = await at.write(incoming(), access)
    app.startOneOff('late', 600_000)
    const {grace, running} = await at.stillRunning({at: 0, release}, access)
    expect(grace).to.equal(30)
    expect(running).to.have.members(['run.1001 of example-app (rake once)', 'run.1002 of example-app (late)'])
    expect(await at.stillRunning({at: 0, release: null}, access)).to.deep.include({grace: 30, running: []})
  })

  it('grants old dynos of a preboot app the time they run on unseen', async function () {
    const {access, consumer: at} = place({preboot: true})
    expect(await at.stillRunning({at: 0, release: null}, access)).to.deep.include({grace: 210})
  })

  describe('where calls are scarce', function () {
    const AT = Date.UTC(2026, 0, 15, 12)

    /** Written and waited for, as one of so many that calls are scarcer than time. */
    async function thrifty(spec: Partial<AppSpec> = {}) {
      const made = place(spec)
      const {sandbox} = made
      const access: Access = {...made.access, parallelism: 400, savesCalls: true}
      const evidence = await made.consumer.write(incoming(), access)
      const settle = async () => {
        const sent = sandbox.log.length
        const settled = await made.consumer.settle(evidence, access)
        return {asked: sandbox.log.slice(sent).map(({path}) => path.replace('/apps/example-app/', '')), settled}
      }

      return {...made, access, evidence, settle}
    }

    it('takes the release from the dynos, which are asked about once', async function () {
      const {evidence, settle} = await thrifty()
      expect(evidence).to.include({pending: false, release: null, wrote: true})
      const {asked, settled} = await settle()
      expect(asked).to.deep.equal(['dynos'])
      expect(settled).to.deep.include({release: 4})
      expect(settled?.stillRunning).to.deep.include({grace: 210, isAssumed: true, running: []})
    })

    it('asks again while they are starting', async function () {
      const {settle} = await thrifty({restartMs: 20_000})
      expect((await settle()).asked).to.deep.equal(['dynos', 'dynos'])
    })

    const others: [string, Partial<AppSpec>, number][] = [
      ['a release phase hides what was written', PHASE, 4],
      ['there are no dynos', {dynos: {}}, 4],
      ['dynos are asleep', {idle: true}, 4],
    ]
    for (const [what, spec, release] of others) {
      it(`asks for the release where ${what}`, async function () {
        const {app, sandbox, settle} = await thrifty(spec)
        expect((await settle()).settled).to.deep.include({release})
        expect(sandbox.log.some(({path}) => path.endsWith('/releases'))).to.equal(true)
        expect(app.hasPendingRelease).to.equal(false)
      })
    }

    it('asks for the release where the answers do not tell the time', async function () {
      const {access, consumer: at, sandbox} = place({})
      const fetch: typeof sandbox.fetch = async (...request) => {
        const response = await sandbox.fetch(...request)
        const headers = new Headers(response.headers)
        headers.delete('date')
        return new Response(await response.text(), {headers, status: response.status})
      }

      const {api} = makeInProcess({clock: access.clock, fetch, root: '/nowhere', sandbox}).context
      expect(await at.write(incoming(), {...access, api, savesCalls: true})).to.deep.include({pending: false, release: 4, stamp: null, wrote: true})
    })

    it('tells of dynos that crash', async function () {
      const {settle} = await thrifty({crashes: true})
      expect(await errorOf(RotationError, settle())).to.have.property('code', 'ROTATE_DYNOS_CRASHED')
    })

    it('does not take dynos of before the write for those that have the value', async function () {
      const {access, app, clock, consumer: at, sandbox} = place({})
      await clock.sleep(5000)
      const set = app.changeConfig.bind(app)
      // The platform takes its time to restart them.
      app.changeConfig = () => {}
      const evidence = {pending: false, release: null, shownAt: clock.now(), stamp: null, wrote: true}
      sandbox.faults.armRaw(({path}) => {
        if (path.endsWith('/releases')) set(Object.fromEntries([...incoming()].map(([key, value]) => [key, value.expose(text => text)])), app.owner, true)
        return undefined
      })
      const settled = await at.settle(evidence, {...access, parallelism: 400, savesCalls: true})
      expect(settled).to.deep.include({release: 4})
      expect(app.dynos.map(({release, state}) => [release.version, state])).to.deep.equal([[4, 'up'], [4, 'up'], [4, 'up']])
    })

    it('knows that nothing else was released, and when it cannot know', async function () {
      const {access, clock, consumer: at, sandbox, settle} = await thrifty()
      await settle()
      expect(await at.unchanged({at: AT, release: 4}, access)).to.equal(true)
      expect(await at.unchanged({at: AT, release: 3}, access), 'of another release').to.equal(false)
      expect(await at.unchanged({at: clock.now() + 1000, release: 4}, access), 'older than what was written').to.equal(false)
      sandbox.world.setConfig('example-app', {UNRELATED: 'deployed meanwhile'})
      expect(await at.unchanged({at: AT, release: 4}, access), 'a later one').to.equal(false)
      expect(await at.unchanged({at: AT, release: 5}, access), 'two since').to.equal(false)
    })

    it('does not know it while a release is under way', async function () {
      const {access, consumer: at, sandbox, settle} = await thrifty(PHASE)
      await settle()
      sandbox.world.setConfig('example-app', {UNRELATED: 'deployed meanwhile'})
      expect(await at.unchanged({at: AT, release: 5}, access)).to.equal(false)
    })
  })

  it('refuses an address that is not one', function () {
    const wrong = [{app: '', keys: ['A']}, {app: 'example-app', keys: []}, {app: 'example-app', keys: ['A', '']}]
    for (const address of wrong) expect(() => consumer({kind: 'heroku-config', ...address})).to.throw()
  })
})
