import {expect} from 'chai'

import {RotationError} from '../../../src/lib/errors.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, found, holder, holders, requestOf, resume, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const request = requestOf(['example-app', 'example-console'])

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
    await goBack(made)
    expect(alive(made.sandbox)).to.deep.equal([])
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
})
