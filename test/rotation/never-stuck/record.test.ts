import {expect} from 'chai'

import {RotationError} from '../../../src/lib/errors.js'
import {planText} from '../../../src/lib/output/plan-text.js'
import {stylesFor} from '../../../src/lib/output/styles.js'
import {summary} from '../../../src/lib/output/summary.js'
import {reopenAll} from '../../../src/lib/rotation/engine/open.js'
import {makePlan} from '../../../src/lib/rotation/planning/make-plan.js'
import {explain} from '../../../src/lib/rotation/report/explain.js'
import {resultOf} from '../../../src/lib/rotation/report/result.js'
import {openJournals, openRotation} from '../../../src/lib/rotation/state/journals.js'
import {tokenOf} from '../../sandbox/sandbox.js'
import {errorOf, failureOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, found, holder, holders, KEY, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const styles = stylesFor('stdout', {NO_COLOR: '1'})
const ID = 'heroku-config:example-app'
const crashed = holder('example-app', {crashed: ['worker'], dynos: {web: 1, worker: 1}})

describe('what is broken and stops nothing', function () {
  const root = tempRoot()

  describe('a worker that crashed before', function () {
    it('is on the plan, without a call more', async function () {
      const {process} = scene(root(), [crashed])
      const {context} = process()
      const {plan} = await makePlan(context, requestOf(['example-app'], {looking: {allowed: [], allowedUnread: [], ask: null, given: null, mode: 'skip'}}))
      expect(context.api.calls).to.equal(3 + 2)
      expect(plan.remarks).to.include(`${ID}: worker.1 is crashed already and may stay so`)
      expect(planText(plan, {columns: 200, styles})).to.include('worker.1 is crashed already and may stay so')
      expect(resultOf(plan, null, 5, null).consumers[0]).to.include({status: 'pending', unwell: 'worker.1 crashed'})
    })

    it('is told when it crashes again, in the summary, the JSON and the audit log', async function () {
      const {process} = scene(root(), [crashed])
      const {context, told} = process()
      const {plan, state} = await rotate(context, requestOf(['example-app']))
      expect(told()).to.include(`not all dynos of ${ID} are up: worker.1 crashed, as before`)
      const result = resultOf(plan, state, 30, null)
      expect(result.consumers[0]).to.include({status: 'verified', unwell: 'worker.1 crashed, as before'})
      expect(summary(result, null, {columns: 200, styles})).to.include('Not all dynos are up: example-app (worker.1 crashed, as before).')
      expect(told()).to.include('"v4 (worker.1 crashed, as before)"').and.not.include('v4 up')
      expect(await context.disk.read(context.paths.auditLog)).to.include('"unwell":"worker.1 crashed, as before"')
    })

    it('excuses no dyno that ran before', async function () {
      const {process, sandbox} = scene(root(), [crashed])
      const rotation = await begin(process().context, requestOf(['example-app']))
      sandbox.world.app('example-app').become({crashes: true})
      const error = await errorOf(RotationError, carryOut(rotation))
      expect(error).to.include({code: 'ROTATE_DYNOS_CRASHED', happened: 'example-app: web.1 crashed on release v4.'})
      expect(error.next.join(' ')).to.include('heroku authorizations:rotate:resume --skip-health example-app')
    })
  })

  describe('a rollback', function () {
    it('gives every consumer back what it held, in one run, and tells at the end which did not come up', async function () {
      const apps = ['example-app', 'example-console', 'example-worker']
      const {process, sandbox} = scene(root(), apps.map(name => holder(name)))
      const rotation = await begin(process().context, requestOf(apps.map((name, wave) => `${name}@${wave}`)))
      await carryOut(rotation, () => advance(rotation, 'verify'))
      for (const name of ['example-console', 'example-worker']) sandbox.world.app(name).become({crashes: true})
      const {context} = process()
      const back = await carryOut(await found(context), rollBack)
      expect(holders(sandbox)).to.deep.equal(Object.fromEntries(apps.map(name => [name, CREDENTIAL])))
      expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
      const text = summary(resultOf(back.plan, back.state, 30, null), null, {columns: 200, styles})
      expect(text).to.include('Not all dynos are up: example-console (web.1 crashed), example-worker (web.1 crashed).')
    })

    it('writes all the others where one cannot be given back', async function () {
      const apps = ['example-app', 'example-console', 'example-worker']
      const {process, sandbox} = scene(root(), apps.map(name => holder(name)))
      const rotation = await begin(process().context, requestOf(apps.map((name, wave) => `${name}@${wave}`)))
      await carryOut(rotation, () => advance(rotation, 'verify'))
      sandbox.world.transferApp('example-worker', 'example-team', 'read')
      expect(await errorOf(RotationError, found(process().context).then(again => carryOut(again, rollBack)))).to.include({code: 'ROTATE_FORBIDDEN'})
      expect(holders(sandbox)).to.include({'example-app': CREDENTIAL, 'example-console': CREDENTIAL})
      expect(alive(sandbox)).to.have.length(2)
    })

    it('does not revoke a token with which a dyno still runs, unless a person says so', async function () {
      const {process, sandbox} = scene(root(), [holder('example-app', {restartMs: 2000})])
      const rotation = await begin(process().context, requestOf(['example-app'], {timeout: 30}))
      await carryOut(rotation, () => advance(rotation, 'verify'))
      // Heroku shows the dynos of before the write, and no others.
      const {id, name} = sandbox.world.app('example-app')
      const [dyno] = sandbox.world.app('example-app').dynos
      const old = [{app: {id, name}, created_at: new Date(0).toISOString(), name: 'web.1', release: {version: dyno?.release.version}, state: 'up', type: 'web'}]
      const armed = sandbox.faults.armRaw(({path}) => (path === '/apps/example-app/dynos' ? {body: JSON.stringify(old), status: 200} : undefined))
      const error = await errorOf(RotationError, found(process().context).then(again => carryOut(again, rollBack)))
      expect(error.code).to.equal('ROTATE_DYNOS_TIMEOUT')
      expect(alive(sandbox)).to.have.length(2)
      const {plan, state} = await found(process().context, {skipHealth: ['example-app']}).then(again => carryOut(again, rollBack))
      armed.disarm()
      expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
      expect(resultOf(plan, state, 30, null)).to.deep.include({health_skipped: [ID], status: 'rolled-back'})
    })
  })

  describe('--skip-health', function () {
    it('is on the record for every later process, and in the audit log', async function () {
      const {process, sandbox} = scene(root(), [holder('example-app', {crashes: true}), holder('example-console')])
      await errorOf(RotationError, rotate(process().context, requestOf(['example-app@0', 'example-console@1'])))
      const rotation = await found(process().context, {skipHealth: ['example-app']})
      await rotation.release()
      const {context, told} = process()
      const {state} = await resume(context)
      expect([...state.skipsHealth]).to.deep.equal([ID])
      expect(told()).to.include('web.1 crashed, not waited for (--skip-health)')
      expect(await context.disk.read(context.paths.auditLog)).to.include(`"health_skipped":["${ID}"]`)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
    })

    it('says of an app that is well again that nothing is wrong', async function () {
      const {process, sandbox} = scene(root(), [holder('example-app', {crashes: true})])
      await errorOf(RotationError, rotate(process().context, requestOf(['example-app'])))
      sandbox.world.app('example-app').become({crashes: false})
      sandbox.world.app('example-app').restart(sandbox.world.app('example-app').dynos)
      await process().context.clock.sleep(60_000)
      const {context, told} = process()
      const {plan, state} = await found(context, {skipHealth: ['example-app']}).then(again => carryOut(again))
      expect(told()).not.to.include('not waited for')
      expect(resultOf(plan, state, 30, null)).to.deep.include({health_skipped: [ID]})
      expect(summary(resultOf(plan, state, 30, null), null, {columns: 200, styles})).not.to.include('Not all dynos are up')
    })

    it('is refused for an app that is not in the rotation, and nothing is changed', async function () {
      const {process} = scene(root(), [holder('example-app')])
      const {context} = process()
      const rotation = await begin(context, requestOf(['example-app']))
      await rotation.release()
      const error = await errorOf(RotationError, reopenAll(process().context, await openJournals(context), {skipHealth: ['example-app', 'example-other']}))
      expect(error).to.include({code: 'ROTATE_APP', exit: 'usage', happened: '--skip-health names example-other, but this rotation does not update it.'})
    })
  })

  describe('an app that is renamed', function () {
    it('is followed by its ID, and whoever takes its name is not written', async function () {
      const {process, sandbox} = scene(root(), [holder('example-app'), {config: {[KEY]: 'own value'}, name: 'example-console'}])
      const rotation = await begin(process().context, requestOf(['example-app']))
      sandbox.world.renameApp('example-app', 'example-renamed')
      sandbox.world.renameApp('example-console', 'example-app')
      await carryOut(rotation)
      expect(holders(sandbox)).to.deep.equal({'example-app': 'nobody', 'example-renamed': INCOMING})
    })

    it('leaves its name to an app that is looked at before the revoke', async function () {
      const {process, sandbox} = scene(root(), [holder('example-app'), {name: 'example-console'}])
      const request = requestOf(['example-app'])
      const {plan, survey} = await makePlan(process().context, request)
      const rotation = await openRotation(process().context, {plan, survey})
      await carryOut(rotation, () => advance(rotation, 'drain'))
      sandbox.world.renameApp('example-app', 'example-renamed')
      sandbox.world.renameApp('example-console', 'example-app')
      sandbox.world.setConfig('example-app', {[KEY]: sandbox.world.authorization(CREDENTIAL)?.token ?? ''})
      expect(await errorOf(RotationError, resume(process().context))).to.include({code: 'ROTATE_STRAGGLERS'})
      expect(sandbox.world.violations).to.deep.equal([])
    })
  })

  it('an app whose ID nobody knows is not taken for deleted', async function () {
    const looking = {allowed: [], allowedUnread: [], ask: null, given: null, mode: 'skip'} as const
    const {process, sandbox} = scene(root(), [holder('example-app', {dynos: {}}), holder('example-console')])
    const armed = sandbox.faults.armRaw(({path}) => (['/apps', '/apps/example-app'].includes(path) ? {body: '{"id":"forbidden","message":"No."}', status: 403} : undefined))
    const rotation = await begin(process().context, requestOf(['example-app@0', 'example-console@1'], {looking}))
    armed.disarm()
    sandbox.world.renameApp('example-app', 'example-renamed')
    const failure = explain(await failureOf(carryOut(rotation)), rotation)
    expect(failure.exit).to.equal('incomplete')
    await carryOut(await found(process().context), rollBack)
    expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
    expect(holders(sandbox)).to.deep.equal({'example-console': CREDENTIAL, 'example-renamed': CREDENTIAL})
  })

  it('a permission for another key of an app does not let the app keep the token that is rotated', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {config: {SPARE: tokenOf(CREDENTIAL)}, releasePhase: 'fails', releasePhaseMs: 1000})])
    await errorOf(RotationError, rotate(process().context, requestOf(['example-app'], {looking: {allowed: ['example-app'], allowedUnread: [], ask: null, given: null, mode: 'refuse'}})))
    expect(await errorOf(RotationError, resume(process().context, {allowed: ['example-app']}))).to.include({code: 'ROTATE_RELEASE_FAILED'})
    expect(alive(sandbox)).to.have.length(2)
  })

  it('an app that was deleted is not counted among those that use the new token', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app'), holder('example-console')])
    const rotation = await begin(process().context, requestOf(['example-app@0', 'example-console@1']))
    await carryOut(rotation, () => advance(rotation, 'create'))
    sandbox.world.deleteApp('example-console')
    const {context, told} = process()
    await resume(context)
    expect(told()).to.include('"1 app uses the new token"')
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })

  it('a second write that is refused is not waited for', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app', {releasePhaseMs: 1000})])
    const rotation = await begin(process().context, requestOf(['example-app']))
    await carryOut(rotation, () => advance(rotation, 'verify'))
    sandbox.world.setConfig('example-app', {[KEY]: sandbox.world.authorization(CREDENTIAL)?.token ?? ''})
    await clock.advance(5000)
    await errorOf(RotationError, resume(process().context))
    sandbox.world.app('example-app').access = 'read'
    await errorOf(RotationError, resume(process().context))
    sandbox.world.app('example-app').access = 'full'
    const {context, told} = process()
    await carryOut(await found(context), rollBack)
    expect(told()).not.to.include('was never answered')
    expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
  })
})
