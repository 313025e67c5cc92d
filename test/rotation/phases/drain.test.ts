import {expect} from 'chai'

import type {AppSpec} from '../../sandbox/sandbox.js'

import {RotationError} from '../../../src/lib/errors.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, holder, hoursAhead, killed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const request = requestOf(['example-app'])

describe('drain', function () {
  const root = tempRoot()
  const unseen = (apps: AppSpec[]) => scene(root(), apps, {switches: {logMood: 'refused'}})

  /** Seconds that the phase took, and whether anything lost its token under way. */
  async function drained(spec: Parameters<typeof holder>[1], changes: Parameters<typeof requestOf>[1] = {}) {
    const {process, sandbox} = unseen([holder('example-app', spec)])
    const {context, told} = process()
    const {state} = await rotate(context, requestOf(['example-app'], changes))
    expect(alive(sandbox)).to.deep.equal([INCOMING])
    return {seconds: state.phases.get('drain')?.seconds ?? 0, told: told(), violations: sandbox.world.violations.length}
  }

  it('waits for dynos in the grace after SIGTERM', async function () {
    expect(await drained({})).to.deep.include({seconds: 30, violations: 0})
  })

  it('waits for old dynos that preboot keeps unseen, and then for their grace', async function () {
    const {seconds, told, violations} = await drained({preboot: true})
    expect([seconds, violations]).to.deep.equal([210, 0])
    expect(told).to.include('waiting for old dynos that preboot keeps running (example-app)')
  })

  it('waits no longer where the clock was put back by hours since the release', async function () {
    const {clock, process, sandbox} = unseen([holder('example-app')])
    await carryOut(await begin(process({clock: hoursAhead(clock)}).context, request), one => advance(one, 'verify'))
    const {state} = await resume(process().context)
    // Heroku dates its answers in whole seconds.
    expect(state.phases.get('drain')?.seconds).to.be.within(29, 32)
    expect([alive(sandbox).length, sandbox.world.violations]).to.deep.equal([1, []])
  })

  it('waits as long where the clock of the process that goes on is hours ahead', async function () {
    const {clock, process, sandbox} = unseen([holder('example-app')])
    await carryOut(await begin(process().context, request), one => advance(one, 'verify'))
    const {state} = await resume(process({clock: hoursAhead(clock)}).context)
    expect(state.phases.get('drain')?.seconds).to.be.within(29, 32)
    expect([alive(sandbox).length, sandbox.world.violations]).to.deep.equal([1, []])
  })

  it('waits as long as it was told to', async function () {
    expect(await drained({sigtermMs: 40_000}, {drain: 45})).to.deep.include({seconds: 45, violations: 0})
  })

  it('does not wait with --drain 0, which is the person\'s decision', async function () {
    const {seconds, told, violations} = await drained({}, {drain: 0})
    expect(seconds).to.equal(0)
    expect(violations).to.be.above(0)
    expect(told).to.include('old dynos not waited for (--drain 0)')
  })

  it('waits for one-off dynos that began with the outgoing token', async function () {
    const {seconds, told, violations} = await drained({oneOff: [{command: 'rake db:migrate', endsAfterMs: 100_000}]})
    expect(seconds).to.be.within(95, 112)
    expect(violations).to.equal(0)
    expect(told).to.include('run.1001 of example-app (rake db:migrate)')
  })

  it('does not wait for one-off dynos that began with the incoming one', async function () {
    const {process, sandbox} = unseen([holder('example-app')])
    const rotation = await begin(process().context, request)
    await advance(rotation, 'verify')
    sandbox.world.app('example-app').startOneOff('bash', 3_600_000)
    await carryOut(rotation)
    expect(rotation.state.phases.get('drain')?.seconds).to.equal(30)
  })

  it('stops when one-off dynos do not end, names them, and says how to decide', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {oneOff: [{command: 'bash', endsAfterMs: 7_200_000}]})])
    const rotation = await begin(process().context, requestOf(['example-app'], {drainTimeout: 120}))
    const error = await errorOf(RotationError, carryOut(rotation))
    expect(error).to.include({code: 'ROTATE_STILL_RUNNING', exit: 'incomplete'})
    expect(error.happened).to.equal('After 120 seconds these still use the old token: run.1001 of example-app (bash).')
    expect(error.next.slice(0, 2)).to.deep.equal(['heroku ps --app example-app', 'If nobody needs the dyno: heroku ps:stop NAME --app example-app'])
    expect(error.next.join('\n')).to.include(`heroku authorizations:rotate:resume --rotation ${rotation.id} --ignore-one-off`)
    expect(alive(sandbox)).to.include(CREDENTIAL)
    await resume(process().context, {ignoreOneOff: true})
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })

  it('asks a bounded number of times while it waits', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {oneOff: [{command: 'bash', endsAfterMs: 590_000}]})])
    const rotation = await begin(process().context, request)
    await advance(rotation, 'verify')
    const before = sandbox.log.length
    await carryOut(rotation, () => advance(rotation, 'drain'))
    expect(sandbox.log.length - before).to.be.at.most(2 * 155)
  }).timeout(10_000)

  it('does not hold up apps that were not restarted', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app')])
    const rotation = await begin(process().context, request)
    await advance(rotation, 'create')
    const incoming = sandbox.world.authorization(`${INCOMING} (rotation ${rotation.id})`)?.token ?? ''
    sandbox.world.setConfig('example-app', {HEROKU_API_KEY: incoming})
    await carryOut(rotation)
    expect(rotation.state.phases.get('drain')).to.deep.include({seconds: 0, status: 'finished'})
  })

  it('counts what has passed since the restart when a later process goes on', async function () {
    const {clock, process} = scene(root(), [holder('example-app')])
    const first = await begin(process().context, request)
    await carryOut(first, () => advance(first, 'verify'))
    await clock.sleep(20_000)
    const {state} = await resume(process().context)
    expect(state.phases.get('drain')?.seconds).to.be.within(9, 12)
  })

  it('takes what is decided anew on resume', async function () {
    const {process} = scene(root(), [holder('example-app', {preboot: true})])
    const first = await begin(process().context, request)
    await carryOut(first, () => advance(first, 'verify'))
    const {state} = await resume(process().context, {drain: 60})
    expect(state.phases.get('drain')?.seconds).to.be.within(59, 62)
  })

  it('ends its wait when interrupted', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app', {preboot: true})])
    const {context, interrupt} = process()
    const rotation = await begin(context, request)
    await advance(rotation, 'verify')
    const failing = errorOf(RotationError, carryOut(rotation))
    await clock.sleep(5000)
    interrupt()
    expect(await failing).to.include({code: 'ROTATE_INTERRUPTED', exit: 'interrupted'})
    expect(alive(sandbox)).to.include(CREDENTIAL)
  })

  it('waits in a rollback for one-off dynos that began with the incoming token', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app')])
    const rotation = await begin(process().context, request)
    await advance(rotation, 'verify')
    sandbox.world.app('example-app').startOneOff('rake once', 90_000)
    await carryOut(rotation, rollBack)
    expect(rotation.state.phases.get('undo create')?.seconds).to.be.above(80)
    expect(sandbox.world.violations).to.deep.equal([])
    expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
  })

  it('does not wait for one-off dynos that began with the incoming token before somebody else made a release', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app'), holder('example-console')])
    sandbox.faults.arm({kind: 'kill-before', match: {method: 'PATCH', path: '/apps/example-console/config-vars'}})
    const dying = process()
    await killed(sandbox, dying, rotate(dying.context, requestOf(['example-app@0', 'example-console'])))
    sandbox.world.app('example-app').startOneOff('bash', 3_600_000)
    sandbox.world.setConfig('example-app', {UNRELATED: 'deployed meanwhile'})
    const {state} = await resume(process().context)
    expect(state.phases.get('drain')?.seconds).to.be.at.most(30)
  })
})
