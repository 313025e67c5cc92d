import {expect} from 'chai'

import type {Outside} from '../../../src/lib/ports.js'
import type {Request} from '../../../src/lib/rotation/planning/make-plan.js'

import {doneTasks} from '../../../src/lib/cli/flags/done.js'
import {operator} from '../../../src/lib/cli/operator.js'
import {RotationError} from '../../../src/lib/errors.js'
import {canRescue, rescue} from '../../../src/lib/rotation/engine/rescue.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, found, holder, holders, killed, requestOf, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const failing = [holder('example-app'), holder('example-console'), holder('example-worker', {releasePhase: 'fails', releasePhaseMs: 1000})]

const request: Request = {
  ...requestOf(['example-app@0', 'example-console', 'example-worker@2']),
  consumers: [
    ...requestOf(['example-app@0', 'example-console', 'example-worker@2']).consumers,
    {address: {instructions: 'tell the team', kind: 'manual', name: 'operators'}, role: 'consumer', wave: 1},
  ],
}

/** A machine without a terminal; with what was said beforehand, and what is told on the way. */
function outside(done: readonly string[]): Outside {
  return {
    env: {},
    fetch: () => Promise.reject(new Error('no network')),
    home: '/nowhere',
    lookup: async () => [],
    person: operator({actor: async () => 'ann@example.com', ask: async () => false, isInteractive: false, onScreen: work => work(), saidDone: doneTasks(done), tell() {}}),
    run: () => Promise.reject(new Error('no programs')),
  }
}

describe('a manual step on the way back', function () {
  const root = tempRoot()

  const failed = async (done: readonly string[], apps = failing) => {
    const {process, sandbox} = scene(root(), apps)
    const run = process({outside: outside(done)})
    const rotation = await begin(run.context, request)
    const error = await errorOf(RotationError, advance(rotation))
    return {error, process, rotation, run, sandbox}
  }

  const everyone = (whose: string) => ({'example-app': whose, 'example-console': whose, 'example-worker': whose})

  it('that was confirmed stops a rollback by itself, when everything else is given back', async function () {
    const {error, rotation, sandbox, process} = await failed(['operators'])
    expect(error.code).to.equal('ROTATE_RELEASE_FAILED')
    expect(canRescue(rotation, error)).to.equal(true)
    const told = await errorOf(RotationError, rescue(rotation, error))
    await rotation.release()
    expect(told).to.include({code: 'ROTATE_MANUAL', exit: 'incomplete'})
    expect(told.message).to.include('go back to the old token').and.include('being rolled back')
    expect(told.next.join('\n')).to.include('resume --done operators')
    expect(holders(sandbox)).to.deep.equal(everyone(CREDENTIAL))
    expect(alive(sandbox), 'whoever was told may still use it').to.have.length(2)

    await carryOut(await found(process({outside: outside(['operators'])}).context), rollBack)
    expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
  })

  it('that nobody ever confirmed stops no rollback, and is told of', async function () {
    const apps = [holder('example-app'), holder('example-console', {releasePhase: 'fails', releasePhaseMs: 1000}), holder('example-worker')]
    const {error, rotation, run, sandbox} = await failed([], apps)
    expect(error.code, 'what failed is told before what waits for a person').to.equal('ROTATE_RELEASE_FAILED')
    expect(error.message).to.include('(operators)')
    const told = await rescue(rotation, error)
    await rotation.release()
    expect(told).to.include({code: 'ROTATE_RELEASE_FAILED', exit: 'failed'})
    expect(rotation.state.closed).to.equal('rolled-back')
    expect(run.told()).to.include('nobody confirmed manual:operators')
    expect(holders(sandbox)).to.deep.equal(everyone(CREDENTIAL))
    expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
  })

  it('that waits for a person is no failure to roll back from', async function () {
    const {error, process, rotation, sandbox} = await failed([], [holder('example-app'), holder('example-console'), holder('example-worker')])
    expect(error.code).to.equal('ROTATE_MANUAL')
    expect(canRescue(rotation, error)).to.equal(false)
    await rotation.release()
    await carryOut(await found(process({outside: outside([])}).context), rollBack)
    expect(alive(sandbox), 'nor does it stop one that is asked for').to.deep.equal([CREDENTIAL])
  })

  it('that was confirmed once stays so, when it is asked for again and not answered', async function () {
    const {process, rotation, sandbox} = await failed(['operators'])
    await rotation.release()
    await errorOf(RotationError, carryOut(await found(process({outside: outside([])}).context), advance))
    expect(await errorOf(RotationError, carryOut(await found(process({outside: outside([])}).context), rollBack))).to.have.property('code', 'ROTATE_MANUAL')
    expect(holders(sandbox)).to.deep.equal(everyone(CREDENTIAL))
  })

  it('that may have been confirmed before the process died has to be given back', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app'), holder('example-console'), holder('example-worker')])
    const asked = {...outside([]), person: {agrees: async () => null, confirms: () => new Promise<never>(() => {})}}
    const run = process({outside: asked})
    const rotation = await begin(run.context, request)
    sandbox.faults.arm({kind: 'kill-after', match: {method: 'PATCH', path: '/apps/example-console/config-vars'}})
    await killed(sandbox, run, advance(rotation))
    const error = await errorOf(RotationError, carryOut(await found(process({outside: outside([])}).context), rollBack))
    expect(error.code).to.equal('ROTATE_MANUAL')
    expect(holders(sandbox)).to.deep.equal(everyone(CREDENTIAL))
    expect(alive(sandbox).some(description => description.startsWith(INCOMING))).to.equal(true)
  })
})
