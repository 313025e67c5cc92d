import {expect} from 'chai'

import {RotationError} from '../../../src/lib/errors.js'
import {resultOf} from '../../../src/lib/rotation/report/result.js'
import {openJournals} from '../../../src/lib/rotation/state/journals.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, found, holder, holders, killed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const request = requestOf(['example-app', 'example-console'])
const inTwoWaves = requestOf(['example-app@0', 'example-console@1'])

describe('the way back, where somebody else has revoked the outgoing authorization', function () {
  const root = tempRoot()
  const scenery = () => scene(root(), [holder('example-app'), holder('example-console')])
  type Scenery = ReturnType<typeof scenery>

  function revokeOutgoing({sandbox}: Scenery): void {
    const outgoing = sandbox.world.authorization(CREDENTIAL)
    if (outgoing) sandbox.world.revoke(outgoing)
  }

  const goBack = ({process}: Scenery) => found(process().context).then(rotation => carryOut(rotation, rollBack))

  it('is closed where an app holds the incoming token: it would get a dead one', async function () {
    const made = scenery()
    const rotation = await begin(made.process().context, request)
    await carryOut(rotation, () => advance(rotation, 'fanout'))
    revokeOutgoing(made)
    expect(await errorOf(RotationError, goBack(made))).to.include({code: 'ROTATE_TOO_LATE', exit: 'incomplete'})
    expect(holders(made.sandbox)).to.deep.equal({'example-app': `${INCOMING} (rotation ${rotation.id})`, 'example-console': `${INCOMING} (rotation ${rotation.id})`})
    await resume(made.process().context)
    expect(alive(made.sandbox)).to.deep.equal([INCOMING])
  })

  it('is open where nobody holds the incoming token yet', async function () {
    const made = scenery()
    const rotation = await begin(made.process().context, request)
    await carryOut(rotation, () => advance(rotation, 'validate'))
    revokeOutgoing(made)
    const {plan, state} = await goBack(made)
    expect(alive(made.sandbox)).to.deep.equal([])
    // No token is left that works, and the result must not say otherwise.
    const {outgoing, status} = resultOf(plan, state, 0, null)
    expect({revoked: outgoing.revoked, status}).to.deep.equal({revoked: true, status: 'rolled-back'})
  })

  it('turns forward again when it happens while the apps get the outgoing token back', async function () {
    const made = scenery()
    const rotation = await begin(made.process().context, request)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    const armed = made.sandbox.faults.armRaw(({method, path}) => {
      if (method !== 'PATCH' || path !== '/apps/example-console/config-vars') return undefined
      armed.disarm()
      revokeOutgoing(made)
      return undefined
    })
    expect(await errorOf(RotationError, goBack(made))).to.include({code: 'ROTATE_TOO_LATE', exit: 'incomplete'})
    // What was given back is not given back any more.
    const {state} = await found(made.process().context).then(again => carryOut(again, async () => {}))
    expect(state.phases.get('undo fanout')?.status).to.equal('failed')
    await resume(made.process().context)
    expect(alive(made.sandbox)).to.deep.equal([INCOMING])
    expect(holders(made.sandbox)).to.deep.equal({'example-app': INCOMING, 'example-console': INCOMING})
  })

  it('turns forward again when it happens after a rollback that has died', async function () {
    const made = scenery()
    const rotation = await begin(made.process().context, inTwoWaves)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    const dying = made.process()
    made.sandbox.faults.arm({kind: 'kill-after', match: {method: 'PATCH', path: '/apps/example-console/config-vars'}})
    await killed(made.sandbox, dying, found(dying.context).then(again => carryOut(again, rollBack)))
    revokeOutgoing(made)
    expect(await errorOf(RotationError, resume(made.process().context))).to.include({code: 'ROTATE_TOO_LATE', exit: 'incomplete'})
    await resume(made.process().context)
    expect(alive(made.sandbox)).to.deep.equal([INCOMING])
    expect(holders(made.sandbox)).to.deep.equal({'example-app': INCOMING, 'example-console': INCOMING})
  })

  for (const [title, spec, refusal] of [
    ['whose release phase fails', {releasePhase: 'fails', releasePhaseMs: 1000}, null],
    ['whose write is refused', {}, {body: '{"id":"invalid_params","message":"Config vars are too large."}', status: 422}],
  ] as const) {
    it(`leaves a way on for a person who lets an app be ${title}`, async function () {
      const made = scene(root(), [holder('example-app'), holder('example-console', spec)])
      if (refusal) made.sandbox.faults.armRaw(({method, path}) => (method === 'PATCH' && path === '/apps/example-console/config-vars' ? refusal : undefined))
      await errorOf(RotationError, rotate(made.process().context, inTwoWaves))
      const says = {allowedUnread: ['example-console']}
      expect(await errorOf(RotationError, resume(made.process().context, says))).to.include({exit: 'incomplete'})
      revokeOutgoing(made)
      const error = await errorOf(RotationError, goBack(made))
      expect(error.next.join(' ')).to.include('--allow-unread APP')
      const {state} = await resume(made.process().context, says)
      expect(state.consumers.get('heroku-config:example-console')?.status).to.equal('left')
      expect([state.closed, alive(made.sandbox)]).to.deep.equal(['completed', [INCOMING]])
    })
  }

  for (const [way, go] of [['resume', resume], ['rollback', null]] as const) {
    it(`is closed by a ${way} where the new authorization is gone too, and nothing is said to work`, async function () {
      const made = scenery()
      const rotation = await begin(made.process().context, request)
      await carryOut(rotation, () => advance(rotation, 'verify'))
      for (const each of made.sandbox.world.authorizations) if (each.description.startsWith(CREDENTIAL)) made.sandbox.world.revoke(each)
      const {context} = made.process()
      const error = await errorOf(RotationError, go ? go(context) : goBack(made))
      expect(error).to.include({code: 'ROTATE_INCOMING_GONE', now: `No token of ${CREDENTIAL} works any more. The rotation has ended.`})
      expect(error.next).to.deep.equal([
        `heroku authorizations:create --description ${CREDENTIAL}`, `To give the same apps a new token: heroku authorizations:rotate --description ${CREDENTIAL}`,
      ])
      expect(await openJournals(made.process().context)).to.deep.equal([])
    })
  }
})
