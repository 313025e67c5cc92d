import {expect} from 'chai'

import {RotationError} from '../../../src/lib/errors.js'
import {phases} from '../../../src/lib/rotation/phases.js'
import {makePlan} from '../../../src/lib/rotation/planning/make-plan.js'
import {resultOf} from '../../../src/lib/rotation/report/result.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {begin, carryOut, CREDENTIAL, holder, requestOf, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const request = requestOf(['example-app@0', 'example-console'])

describe('resultOf', function () {
  const root = tempRoot()
  const scenery = () => scene(root(), [holder('example-app'), holder('example-console', {releasePhase: 'fails', releasePhaseMs: 1000})])

  it('says of a plan what would be done', async function () {
    const {process} = scenery()
    const {plan} = await makePlan(process().context, request)
    const result = resultOf(plan, null, 7, 'next')
    expect(result).to.deep.include({
      api_calls: 7,
      description: CREDENTIAL,
      incoming: {description: `${CREDENTIAL}-2026-01-15`, expires_in: null, id: null, scope: ['global']},
      next: 'next',
      outgoing: {description: CREDENTIAL, id: plan.outgoing.id, revoked: false, scope: ['global']},
      proof: null,
      rotation: plan.rotation,
      status: 'planned',
    })
    expect(result.phases).to.deep.equal(phases.map(({name}) => ({name, seconds: null, status: 'pending'})))
    expect(result.consumers.map(({release, status}) => [release, status])).to.deep.equal([[null, 'pending'], [null, 'pending']])
  })

  it('says of a finished rotation what was done', async function () {
    const {process} = scene(root(), [holder('example-app'), holder('example-console')])
    const {plan, state} = await rotate(process().context, request)
    const result = resultOf(plan, state, 30, null)
    expect(result.status).to.equal('completed')
    expect(result.outgoing.revoked).to.equal(true)
    expect(result.incoming?.id).to.equal(state.incoming?.id)
    expect(result.proof).to.deep.equal({by: 'token', incoming_status: 200, outgoing_status: 401})
    expect(result.phases.every(({seconds, status}) => status === 'finished' && seconds !== null)).to.equal(true)
    expect(result.consumers.map(({release, status}) => [release, status])).to.deep.equal([[4, 'verified'], [4, 'verified']])
  })

  it('says of one that failed how far it came', async function () {
    const {process} = scenery()
    const rotation = await begin(process().context, request)
    await errorOf(RotationError, carryOut(rotation))
    const result = resultOf(rotation.plan, rotation.state, 30, null)
    expect(result.status).to.equal('incomplete')
    expect(result.phases.slice(0, 6).map(({status}) => status)).to.deep.equal(['finished', 'finished', 'finished', 'finished', 'failed', 'pending'])
    expect(result.consumers.map(({release, status}) => [release, status])).to.deep.equal([[4, 'written'], [4, 'written']])
  })

  it('says of one rolled back that every consumer was restored', async function () {
    const {process} = scene(root(), [holder('example-app'), holder('example-console')])
    const rotation = await begin(process().context, request)
    await advance(rotation, 'fanout')
    await carryOut(rotation, rollBack)
    const result = resultOf(rotation.plan, rotation.state, 30, null)
    expect([result.status, result.outgoing.revoked]).to.deep.equal(['rolled-back', false])
    expect(result.consumers.map(({release, status}) => [release, status])).to.deep.equal([[5, 'restored'], [5, 'restored']])
  })
})
