import {expect} from 'chai'

import {RotationError} from '../../../src/lib/errors.js'
import {canRescue, rescue} from '../../../src/lib/rotation/engine/rescue.js'
import {errorOf} from '../../support/failure.js'
import {advance} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, holder, holders, requestOf, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const apps = [holder('example-app'), holder('example-console', {releasePhase: 'fails', releasePhaseMs: 1000})]
const request = requestOf(['example-app@0', 'example-console'])

describe('rescue', function () {
  const root = tempRoot()

  it('takes a failed fanout back, and tells the failure as one that left nothing half-done', async function () {
    const {process, sandbox} = scene(root(), apps)
    const rotation = await begin(process().context, request)
    const failure = await errorOf(RotationError, advance(rotation))
    expect(canRescue(rotation, failure)).to.equal(true)
    const told = await rescue(rotation, failure)
    await rotation.release()
    expect(told).to.include({code: 'ROTATE_RELEASE_FAILED', exit: 'failed', exitCode: 1})
    expect(told.now).to.include('Everything was rolled back')
    expect(told.next.join('\n')).to.include('heroku releases:output v4 --app example-console').and.not.to.include('rotate:resume')
    expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
    expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL, 'example-console': CREDENTIAL})
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('is not offered for an interruption, before the fanout, or once the pivot may have happened', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app')])
    const {context, interrupt} = process()
    const rotation = await begin(context, requestOf(['example-app']))
    sandbox.faults.arm({kind: '500', match: {path: '/apps/:app/config-vars'}, times: 6})
    expect(canRescue(rotation, await errorOf(RotationError, advance(rotation)))).to.equal(false)
    await advance(rotation, 'drain')
    sandbox.faults.arm({kind: '500', match: {method: 'DELETE'}, times: 6})
    expect(canRescue(rotation, await errorOf(RotationError, advance(rotation)))).to.equal(false)
    interrupt()
    expect(canRescue(rotation, await errorOf(RotationError, carryOut(rotation)))).to.equal(false)
  })
})
