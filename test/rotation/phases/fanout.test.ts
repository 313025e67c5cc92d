import {expect} from 'chai'

import {RotationError} from '../../../src/lib/errors.js'
import {errorOf} from '../../support/failure.js'
import {advance} from '../../support/one.js'
import {alive, begin, carryOut, changes, CREDENTIAL, holder, holders, killed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const apps = ['example-app', 'example-console', 'example-worker']

describe('fanout', function () {
  const root = tempRoot()

  it('stops before the revoke when a release fails, and leaves every app with a token that works', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {releasePhase: 'fails', releasePhaseMs: 3000}), holder('example-console')])
    const rotation = await begin(process().context, requestOf(['example-app', 'example-console']))
    const error = await errorOf(RotationError, carryOut(rotation))
    expect(error).to.include({code: 'ROTATE_RELEASE_FAILED', exit: 'incomplete'})
    expect(error.happened).to.equal('example-app: release v4 failed.')
    expect(error.next[0]).to.equal('heroku releases:output v4 --app example-app')
    expect(error.now).to.include('The old token still works.')
    expect(alive(sandbox)).to.deep.equal([CREDENTIAL, `${INCOMING} (rotation ${rotation.id})`])
    expect(changes(sandbox).filter(call => call.startsWith('DELETE'))).to.deep.equal([])
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('does not write over what somebody else has set, and goes on once that is unset, also while a release phase hides it', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app', {releasePhaseMs: 4000})])
    const other = sandbox.world.createAuthorization({description: 'other'}).token
    const rotation = await begin(process().context, requestOf(['example-app']))
    await carryOut(rotation, one => advance(one, 'validate'))
    sandbox.world.setConfig('example-app', {HEROKU_API_KEY: other})
    await clock.sleep(5000)
    expect(await errorOf(RotationError, resume(process().context))).to.include({code: 'ROTATE_CHANGED', exit: 'incomplete'})
    sandbox.world.setConfig('example-app', {HEROKU_API_KEY: null})
    expect(sandbox.world.app('example-app').hasPendingRelease).to.equal(true)
    await resume(process().context)
    expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING})
  })

  it('writes over what somebody else has set where the person says so, and keeps what they edited around the token', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {config: {OTHER: 'none'}})])
    const token = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
    const rotation = await begin(process().context, requestOf(['example-app:HEROKU_API_KEY,OTHER']))
    await carryOut(rotation, one => advance(one, 'validate'))
    sandbox.world.setConfig('example-app', {HEROKU_API_KEY: `edited ${token}`, OTHER: 'set by hand'})
    const questions: string[] = []
    const {context} = process()
    const person = {...context.outside.person, async agrees(question: string) {
      questions.push(question)
      return true
    }}
    await resume({...context, outside: {...context.outside, person}})
    expect(questions).to.deep.equal(['Somebody else has changed OTHER of heroku-config:example-app since this rotation was planned. Overwrite it with the new token?'])
    const fresh = sandbox.world.authorization(INCOMING)?.token
    expect(sandbox.world.app('example-app').config).to.deep.equal({HEROKU_API_KEY: `edited ${fresh}`, OTHER: fresh})
  })

  it('stops when dynos crash on the new release', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {crashes: true, dynos: {web: 2}})])
    const error = await errorOf(RotationError, rotate(process().context, requestOf(['example-app'])))
    expect(error).to.include({code: 'ROTATE_DYNOS_CRASHED', exit: 'incomplete'})
    expect(error.happened).to.match(/^example-app: web\.\d, web\.\d crashed on release v4\.$/)
    expect(alive(sandbox)).to.include(CREDENTIAL)
  })

  it('stops when an app takes longer than it may, and names the command to look with', async function () {
    const slowRelease = scene(root(), [holder('example-app', {releasePhaseMs: 90_000})])
    const late = await errorOf(RotationError, rotate(slowRelease.process().context, requestOf(['example-app'], {timeout: 60})))
    expect(late).to.include({code: 'ROTATE_RELEASE_TIMEOUT', happened: 'example-app: release v4 was still pending after 60 seconds.'})
  })

  it('stops when dynos do not come up', async function () {
    const {process} = scene(root(), [holder('example-app', {restartMs: 90_000})])
    const error = await errorOf(RotationError, rotate(process().context, requestOf(['example-app'], {timeout: 60})))
    expect(error).to.include({code: 'ROTATE_DYNOS_TIMEOUT', exit: 'incomplete'})
    expect(error.next[0]).to.equal('heroku ps --app example-app')
  })

  it('does not begin the next wave when one has failed', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app'), holder('example-console', {crashes: true})])
    await errorOf(RotationError, rotate(process().context, requestOf(['example-console@0', 'example-app'])))
    expect(holders(sandbox)['example-app']).to.equal(CREDENTIAL)
  })

  it('lets the other apps of the wave come to their end, and tells of every failure', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {crashes: true}), holder('example-console', {releasePhaseMs: 20_000}), holder('example-worker', {crashes: true})])
    const rotation = await begin(process().context, requestOf(apps))
    const error = await errorOf(RotationError, carryOut(rotation))
    expect(error.happened).to.include('example-app: web.1 crashed').and.to.include('example-worker: web.1 crashed')
    expect(rotation.state.consumers.get('heroku-config:example-console')?.status).to.equal('settled')
    expect(sandbox.world.app('example-console').dynos.map(({release, state}) => [release.version, state])).to.deep.equal([[4, 'up']])
  })

  it('writes as many apps at once as it was told to', async function () {
    const {process, sandbox} = scene(root(), apps.map(name => holder(name)))
    await rotate(process().context, requestOf(apps, {concurrency: 1}))
    const writes = sandbox.log.filter(({method, path}) => method === 'PATCH' && path.startsWith('/apps'))
    expect(writes).to.have.length(apps.length)
    for (const [index, {n, path}] of writes.slice(0, -1).entries()) {
      // The release it made is asked for before the next one is written; its restart is not waited for.
      const release = sandbox.log.find(entry => entry.n > n && entry.path === path.replace('config-vars', 'releases'))
      expect(release?.n).to.be.below(writes[index + 1]?.n ?? 0)
    }
  })

  it('writes all keys of an app at once: one release, one restart', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {config: {PLATFORM_TOKEN: 'something else', UNRELATED: 'kept'}})])
    await rotate(process().context, requestOf(['example-app:HEROKU_API_KEY,PLATFORM_TOKEN,NOT_SET_YET']))
    const {config, currentRelease} = sandbox.world.app('example-app')
    expect(currentRelease.version).to.equal(4)
    for (const key of ['HEROKU_API_KEY', 'PLATFORM_TOKEN', 'NOT_SET_YET']) expect(sandbox.world.nameOf(config[key] ?? ''), key).to.equal(INCOMING)
    expect(config['UNRELATED']).to.equal('kept')
  })

  it('leaves idle dynos asleep: they wake with the newest release', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {idle: true})])
    await rotate(process().context, requestOf(['example-app']))
    expect(sandbox.world.app('example-app').dynos.map(({state}) => state)).to.deep.equal(['idle'])
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })

  it('writes an app without dynos', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {dynos: {}})])
    await rotate(process().context, requestOf(['example-app']))
    expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING})
  })

  describe('where an app holds the incoming token already', function () {
    it('skips the write: no release, no restart', async function () {
      const {process, sandbox} = scene(root(), apps.map(name => holder(name)))
      const armed = sandbox.faults.arm({kind: '500', match: {method: 'GET', path: '/apps/example-worker/releases'}, times: 6})
      await errorOf(RotationError, rotate(process().context, requestOf(apps)))
      expect(armed.fired).to.equal(6)
      const {told, context} = process()
      await resume(context)
      expect(told()).to.include('has it already')
      for (const name of apps) expect(sandbox.world.app(name).currentRelease.version, name).to.equal(4)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
    })

    for (const when of ['kill-before', 'kill-after'] as const) {
      it(`does not write twice what a killed process wrote (${when})`, async function () {
        const {process, sandbox} = scene(root(), [holder('example-app', {releasePhaseMs: 4000})])
        sandbox.faults.arm({kind: when, match: {method: 'PATCH', path: '/apps/:app/config-vars'}})
        const dying = process()
        await killed(sandbox, dying, rotate(dying.context, requestOf(['example-app'])))
        await resume(process().context)
        expect(sandbox.world.app('example-app').currentRelease.version).to.equal(4)
        expect(alive(sandbox)).to.deep.equal([INCOMING])
        expect(sandbox.world.violations).to.deep.equal([])
      })
    }

    it('writes again where the release that carried it has failed meanwhile', async function () {
      const {process, sandbox} = scene(root(), [holder('example-app', {releasePhase: 'fails', releasePhaseMs: 4000})])
      sandbox.faults.arm({kind: 'kill-after', match: {method: 'PATCH', path: '/apps/:app/config-vars'}})
      const dying = process()
      await killed(sandbox, dying, rotate(dying.context, requestOf(['example-app'])))
      expect(await errorOf(RotationError, resume(process().context))).to.have.property('happened', 'example-app: release v5 failed.')
      expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL})
    })
  })

  it('starts nothing new when interrupted, lets what runs end its calls, and says how to go on', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app'), holder('example-console')])
    const {context, interrupt} = process()
    const rotation = await begin(context, requestOf(['example-app@0', 'example-console']))
    const failing = errorOf(RotationError, carryOut(rotation))
    await clock.sleep(1000)
    interrupt()
    const error = await failing
    expect(error).to.include({code: 'ROTATE_INTERRUPTED', exit: 'interrupted', exitCode: 130})
    expect(error.next).to.deep.equal(['resume', 'rollback'].map(verb => `heroku authorizations:rotate:${verb} --rotation ${rotation.id}`))
    expect(holders(sandbox)['example-console']).to.equal(CREDENTIAL)
    await resume(process().context)
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })
})
