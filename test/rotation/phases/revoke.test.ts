import {expect} from 'chai'

import {RotationError} from '../../../src/lib/errors.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, found, holder, holders, KEY, killed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const DELETE = {method: 'DELETE', path: '/oauth/authorizations/:id'}
const request = requestOf(['example-app', 'example-console'])

describe('revoke', function () {
  const root = tempRoot()
  const scenery = (options: Parameters<typeof scene>[2] = {}) => scene(root(), [holder('example-app'), holder('example-console')], options)

  describe('law: it happens only when every consumer holds the incoming token', function () {
    it('does not happen when somebody removes the key meanwhile, and resume writes it again', async function () {
      const {process, sandbox} = scenery()
      const rotation = await begin(process().context, request)
      await advance(rotation, 'drain')
      sandbox.world.setConfig('example-app', {[KEY]: null})
      const error = await errorOf(RotationError, carryOut(rotation))
      expect(error).to.include({code: 'ROTATE_NOT_HELD', exit: 'incomplete', happened: 'heroku-config:example-app does not have the new token in HEROKU_API_KEY.'})
      expect(alive(sandbox)).to.include(CREDENTIAL)
      await resume(process().context)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING, 'example-console': INCOMING})
    })

    it('does not happen when somebody sets a value meanwhile that serves nobody, and resume writes over it where that was said', async function () {
      const {process, sandbox} = scenery()
      const rotation = await begin(process().context, request)
      await advance(rotation, 'drain')
      sandbox.world.setConfig('example-app', {[KEY]: 'a-typing-error'})
      expect(await errorOf(RotationError, carryOut(rotation))).to.include({code: 'ROTATE_NOT_HELD', exit: 'incomplete'})
      const error = await errorOf(RotationError, resume(process().context))
      expect(error.next).to.include(`heroku authorizations:rotate:resume --rotation ${rotation.id} --overwrite example-app`)
      await resume(process().context, {overwrite: ['example-app']})
      expect(alive(sandbox)).to.deep.equal([INCOMING])
    })

    it('does not happen when somebody sets another token meanwhile, which is kept', async function () {
      const {process, sandbox} = scenery()
      const rotation = await begin(process().context, request)
      await advance(rotation, 'drain')
      sandbox.world.setConfig('example-app', {[KEY]: sandbox.world.createAuthorization({description: 'by hand'}).token})
      expect(await errorOf(RotationError, carryOut(rotation))).to.include({code: 'ROTATE_NOT_HELD', exit: 'incomplete'})
      expect(await errorOf(RotationError, resume(process().context))).to.include({code: 'ROTATE_CHANGED', exit: 'incomplete'})
      await carryOut(await found(process().context), rollBack)
      expect(alive(sandbox)).to.deep.equal([CREDENTIAL, 'by hand'])
      expect(holders(sandbox)).to.deep.equal({'example-app': 'by hand', 'example-console': CREDENTIAL})
    })

    it('does not happen when somebody sets another token meanwhile that a release phase still hides', async function () {
      const {process, sandbox} = scene(root(), [{...holder('example-app'), releasePhaseMs: 4000}, holder('example-console')])
      const outgoing = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
      const rotation = await begin(process().context, request)
      await advance(rotation, 'drain')
      sandbox.world.setConfig('example-app', {[KEY]: outgoing})
      expect(sandbox.world.app('example-app').releases.at(-1)?.status).to.equal('pending')
      expect(await errorOf(RotationError, carryOut(rotation))).to.include({code: 'ROTATE_NOT_HELD', exit: 'incomplete'})
      expect(alive(sandbox)).to.include(CREDENTIAL)
      expect(sandbox.world.violations).to.deep.equal([])
    })

    it('waits again for old dynos when an app was given the outgoing token back after the drain', async function () {
      const {process, sandbox} = scenery()
      const outgoing = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
      const rotation = await begin(process().context, request)
      await advance(rotation, 'drain')
      sandbox.world.setConfig('example-app', {[KEY]: outgoing})
      await errorOf(RotationError, carryOut(rotation))
      await resume(process().context)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect(sandbox.world.violations).to.deep.equal([])
    })

    it('does not happen when the incoming token has expired while the rotation stood still', async function () {
      const {clock, process, sandbox} = scenery()
      await carryOut(await begin(process().context, {...request, expiresIn: 3600}), one => advance(one, 'drain'))
      await clock.advance(7_200_000)
      const error = await errorOf(RotationError, resume(process().context))
      expect([error.code, error.happened]).to.deep.equal(['ROTATE_INCOMING_DEAD', 'Heroku refuses the new token: it has expired.'])
      expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
    })

    it('does not happen when the incoming token is dead, and says to roll back', async function () {
      const {process, sandbox} = scenery()
      const rotation = await begin(process().context, request)
      await advance(rotation, 'drain')
      const incoming = sandbox.world.authorization(`${INCOMING} (rotation ${rotation.id})`)
      if (incoming) sandbox.world.revoke(incoming)
      const error = await errorOf(RotationError, carryOut(rotation))
      expect(error).to.include({code: 'ROTATE_INCOMING_DEAD', exit: 'incomplete'})
      expect(error.next).to.deep.equal([`heroku authorizations:rotate:rollback --rotation ${rotation.id}`])
      expect(error.message).to.include('The old token still works').and.not.to.include('So does the new one')
      expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
    })
  })

  for (const kind of ['reset-after', 'hang-after', '500-after', 'reset-before', '503', '429'] as const) {
    it(`ends the same when the answer to the DELETE is lost (${kind})`, async function () {
      const {process, sandbox} = scenery()
      sandbox.faults.arm({kind, match: DELETE})
      const {state} = await rotate(process().context, request)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect(state.proof).to.deep.include({by: 'token', incomingStatus: 200, outgoingStatus: 401})
    })
  }

  for (const kind of ['kill-before', 'kill-after'] as const) {
    it(`ends the same when the process dies of the DELETE (${kind})`, async function () {
      const {process, sandbox} = scenery()
      sandbox.faults.arm({kind, match: DELETE})
      const dying = process()
      await killed(sandbox, dying, rotate(dying.context, request))
      await resume(process().context)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  describe('as the outgoing token itself', function () {
    const itself = (options: Parameters<typeof scene>[2] = {}) => {
      const made = scenery(options)
      const session = made.sandbox.world.authorization(CREDENTIAL)?.token ?? ''
      return {...made, process: (parts = {}) => made.process({session, ...parts})}
    }

    it('is done by the incoming one, which also does what comes after', async function () {
      const {process, sandbox} = itself()
      const rotation = await rotate(process().context, request)
      expect(rotation.plan.sessionIsOutgoing).to.equal(true)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      const last = sandbox.log.filter(({method}) => method !== 'GET').slice(-2)
      expect(last.map(({as, method, status}) => [method, as.replace(/ \(.*/, ''), status])).to.deep.equal([['DELETE', INCOMING, 200], ['PATCH', INCOMING, 200]])
    })

    it('is done where somebody else began the rotation', async function () {
      const {process, sandbox} = scenery()
      await carryOut(await begin(process().context, request), one => advance(one, 'drain'))
      await resume(process({session: sandbox.world.authorization(CREDENTIAL)?.token ?? ''}).context)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
    })

    it('is done where no app holds the token in any key that is named', async function () {
      const {process, sandbox} = itself()
      await rotate(process().context, requestOf(['example-app:OTHER'], {looking: {allowed: [], allowedUnread: [], ask: null, given: null, mode: 'skip'}}))
      expect(alive(sandbox)).to.deep.equal([INCOMING])
    })

    for (const kind of ['kill-before', 'kill-after'] as const) {
      it(`is resumed with the same session when the process dies of it (${kind})`, async function () {
        const {process, sandbox} = itself()
        sandbox.faults.arm({kind, match: DELETE})
        const dying = process()
        await killed(sandbox, dying, rotate(dying.context, request))
        await resume(process().context)
        expect(alive(sandbox)).to.deep.equal([INCOMING])
      })

      it(`is resumed with a new session when the process dies of it (${kind})`, async function () {
        const {process, sandbox} = itself()
        sandbox.faults.arm({kind, match: DELETE})
        const dying = process()
        await killed(sandbox, dying, rotate(dying.context, request))
        await resume(process({session: sandbox.sessionToken}).context)
        expect(alive(sandbox)).to.deep.equal([INCOMING])
      })
    }
  })

  it('is not repeated by a resume after it', async function () {
    const {process, sandbox} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'revoke'))
    const later = await found(process().context)
    await carryOut(later)
    expect(sandbox.log.filter(({method}) => method === 'DELETE')).to.have.length(1)
  })
})
