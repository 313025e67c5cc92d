import {expect} from 'chai'

import {RotationError} from '../../../src/lib/errors.js'
import {incomingToken} from '../../../src/lib/rotation/state/select.js'
import {errorOf} from '../../support/failure.js'
import {advance} from '../../support/one.js'
import {begin, carryOut, CREDENTIAL, holder, requestOf, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const request = requestOf(['example-app'])

describe('incomingToken', function () {
  const root = tempRoot()
  const made = () => scene(root(), [holder('example-app')])

  it('is the token that the rotation has made, and that Heroku knows', async function () {
    const {process, sandbox} = made()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, work => advance(work, 'validate'))
    const known = sandbox.world.authorizations.find(({description}) => description.includes(`(rotation ${rotation.id})`))
    const wanteds = [
      {}, {rotation: rotation.id}, {description: CREDENTIAL}, {description: `${CREDENTIAL}-2026-01-15`},
      {authorization: CREDENTIAL}, {authorization: rotation.plan.outgoing.id.slice(0, 8)}, {authorization: known?.id},
    ]
    for (const wanted of wanteds) {
      const token = await incomingToken(process().context, wanted)
      expect(token.expose(text => text)).to.equal(known?.token)
    }
  })

  it('is had while another process holds the lock', async function () {
    const {process} = made()
    const rotation = await begin(process().context, request)
    await advance(rotation, 'fanout')
    expect(await incomingToken(process({isAlive: () => true}).context, {})).not.to.equal(null)
    await rotation.release()
  })

  it('is known to the filter of the output', async function () {
    const {process} = made()
    await carryOut(await begin(process().context, request), work => advance(work, 'create'))
    const {context} = process()
    const token = await incomingToken(context, {})
    expect(token.expose(text => context.filter.clean(text) === text)).to.equal(false)
  })

  it('changes nothing, at Heroku or in the journal', async function () {
    const {process, sandbox} = made()
    const {id} = await carryOut(await begin(process().context, request), work => advance(work, 'create'))
    const {context} = process()
    const before = [await context.disk.read(context.paths.journal(id)), await context.disk.read(context.paths.sealed(id)), sandbox.log.length]
    await incomingToken(context, {})
    expect([await context.disk.read(context.paths.journal(id)), await context.disk.read(context.paths.sealed(id)), sandbox.log.length]).to.deep.equal(before)
  })

  it('is refused where no rotation is in flight, or none of that name', async function () {
    const {process} = made()
    for (const wanted of [{}, {rotation: 'k7m2pq9xtz'}, {description: 'other-token'}]) {
      expect(await errorOf(RotationError, incomingToken(process().context, wanted))).to.include({code: 'ROTATE_NONE', exit: 'failed'})
    }
  })

  it('is refused before there is one', async function () {
    const {process} = made()
    await carryOut(await begin(process().context, request), work => advance(work, 'preflight'))
    const error = await errorOf(RotationError, incomingToken(process().context, {}))
    expect(error.code).to.equal('ROTATE_INCOMING_UNKNOWN')
    expect(error.happened).to.include('has not made its token yet')
  })

  it('is refused to another session, and not shown', async function () {
    const {process, sandbox} = made()
    await carryOut(await begin(process().context, request), work => advance(work, 'create'))
    const error = await errorOf(RotationError, incomingToken(process({session: sandbox.world.authorization(CREDENTIAL)?.token ?? ''}).context, {}))
    expect(error.code).to.equal('ROTATE_INCOMING_UNKNOWN')
    expect(error.happened).to.include('sealed under another login')
  })

  it('is gone when the rotation has ended', async function () {
    const {process} = made()
    await carryOut(await begin(process().context, request))
    const error = await errorOf(RotationError, incomingToken(process().context, {}))
    expect([error.code, error.next]).to.deep.equal(['ROTATE_NONE', [`To replace the token again: heroku authorizations:rotate ${CREDENTIAL}`]])
  })
})
