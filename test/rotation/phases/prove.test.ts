import {expect} from 'chai'

import {RotationError} from '../../../src/lib/errors.js'
import {openJournals} from '../../../src/lib/rotation/state/journals.js'
import {errorOf} from '../../support/failure.js'
import {alive, begin, carryOut, CREDENTIAL, holder, killed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const request = requestOf(['example-app'])

describe('prove', function () {
  const root = tempRoot()

  it('waits until a revoked token is refused everywhere', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app')], {switches: {revocationDelay: 20_000}})
    const {state} = await rotate(process().context, request)
    expect(state.phases.get('prove')?.seconds).to.be.within(20, 23)
    expect(state.proof).to.deep.include({by: 'token', incomingStatus: 200, outgoingStatus: 401})
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })

  it('does not claim what it has not seen: it stops, and is resumed', async function () {
    const {clock, process} = scene(root(), [holder('example-app')], {switches: {revocationDelay: 300_000}})
    const rotation = await begin(process().context, request)
    const error = await errorOf(RotationError, carryOut(rotation))
    expect(error).to.include({code: 'ROTATE_NOT_PROVED', exit: 'incomplete'})
    expect(error.happened).to.include('old token 200, new token 200')
    expect(error.now).to.include('is revoked. Everything uses the new token. This cannot be undone.')
    expect(error.next).to.deep.equal([`heroku authorizations:rotate:resume --rotation ${rotation.id}`])
    await clock.sleep(200_000)
    expect((await resume(process().context)).state.closed).to.equal('completed')
  })

  it('does not take a 401 for proof while the incoming token is refused too', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app')])
    const revoked = () => sandbox.world.authorization(CREDENTIAL) === undefined
    sandbox.faults.armRaw(({path}) => (path === '/account' && revoked() ? '401' : undefined))
    const error = await errorOf(RotationError, rotate(process().context, request))
    expect(error).to.include({code: 'ROTATE_NOT_PROVED'})
    expect(error.happened).to.include('old token 401, new token 401')
    sandbox.faults.disarm()
    const {state} = await resume(process().context)
    expect(state.closed).to.equal('completed')
  })

  it('does not take trouble of the platform for proof', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app')])
    const revoked = () => sandbox.world.authorization(CREDENTIAL) === undefined
    sandbox.faults.armRaw(({path}) => (path === '/account' && revoked() ? '503' : undefined))
    const error = await errorOf(RotationError, rotate(process().context, request))
    expect(error).to.include({code: 'ROTATE_PLATFORM', exit: 'incomplete'})
    sandbox.faults.disarm()
    expect((await resume(process().context)).state.proof).to.deep.include({outgoingStatus: 401})
  })

  it('is over where somebody revokes the incoming authorization meanwhile: it says what to do, and a new rotation can start', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app')])
    const {context} = process()
    const rotation = await begin(context, request)
    const hand = sandbox.faults.armRaw(({method, path}) => {
      const incoming = sandbox.world.existingAuthorizations.find(({description}) => description.startsWith(INCOMING))
      if (method === 'GET' && path === '/account' && sandbox.world.authorization(CREDENTIAL) === undefined && incoming) sandbox.world.revoke(incoming)
      return undefined
    })
    const error = await errorOf(RotationError, carryOut(rotation))
    expect(error).to.include({code: 'ROTATE_INCOMING_GONE', exit: 'failed', now: `No token of ${CREDENTIAL} works any more. The rotation has ended.`})
    expect(error.next[0]).to.equal(`heroku authorizations:create --description ${CREDENTIAL}`)
    hand.disarm()
    expect(rotation.state.closed).to.equal('failed')
    sandbox.world.createAuthorization({description: CREDENTIAL})
    expect((await rotate(process().context, request)).state.closed).to.equal('completed')
    expect(alive(sandbox)).to.have.length(1)
  })

  it('is over where the new token has expired since its process died', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app')])
    const dying = process()
    sandbox.faults.arm({kind: 'kill-after', match: {method: 'DELETE', path: '/oauth/authorizations/:id'}})
    await killed(sandbox, dying, rotate(dying.context, requestOf(['example-app'], {expiresIn: 3600})))
    await clock.sleep(7_200_000)
    const error = await errorOf(RotationError, resume(process().context))
    expect(error).to.include({code: 'ROTATE_INCOMING_GONE', exit: 'failed', now: `No token of ${CREDENTIAL} works any more. The rotation has ended.`})
    expect(error.happened).to.match(/ has expired, and the old authorization is revoked\.$/)
    expect(await openJournals(process().context)).to.deep.equal([])
  })

  it('proves the end by the id where nobody knows the outgoing token', async function () {
    const {process, sandbox} = scene(root(), [{config: {HEROKU_API_KEY: 'something else'}, name: 'example-app'}])
    const {plan, state} = await rotate(process().context, request)
    expect(plan.outgoing.fingerprint).to.equal(null)
    expect(plan.warnings.join('\n')).to.include('its ID is gone (404)')
    expect(state.proof).to.deep.include({by: 'id', incomingStatus: 200, outgoingStatus: 404})
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })

  it('writes the proof into the journal and the audit log', async function () {
    const {process} = scene(root(), [holder('example-app')])
    const {context} = process()
    await rotate(context, request)
    const audit: {proof: unknown} = JSON.parse(await context.disk.read(context.paths.auditLog) ?? '')
    expect(audit.proof).to.deep.equal({by: 'token', incoming: 200, outgoing: 401})
  })
})

describe('finish', function () {
  const root = tempRoot()

  it('takes the mark off, and revokes what a create that was given up has made after all', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app')])
    const rotation = await begin(process().context, request)
    sandbox.faults.arm({kind: 'reset-before', match: {method: 'POST', path: '/oauth/authorizations'}})
    const late = sandbox.faults.armRaw(({method, path}) => {
      if (method !== 'DELETE' || !path.startsWith('/oauth')) return undefined
      late.disarm()
      sandbox.world.createAuthorization({description: `${INCOMING} (rotation ${rotation.id})`})
      return undefined
    })
    await carryOut(rotation)
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })

  for (const kind of ['kill-before', 'kill-after'] as const) {
    it(`is repeated when the process dies in it (${kind}), and tells the audit log once`, async function () {
      const {process, sandbox} = scene(root(), [holder('example-app')])
      const dying = process()
      sandbox.faults.arm({kind, match: {method: 'PATCH', path: '/oauth/authorizations/:id'}})
      await killed(sandbox, dying, rotate(dying.context, request))
      const {context} = process()
      await resume(context)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect((await context.disk.read(context.paths.auditLog))?.trim().split('\n')).to.have.length(1)
    })
  }

  it('says in the audit log who replaced what, where it is held, and by which fingerprints', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app')])
    const stopped = clock.now()
    const outgoing = sandbox.world.authorization(CREDENTIAL)
    const {context} = process()
    const {id, state} = await rotate(context, request)
    const drained = {seen: new Date(stopped + 30_000).toISOString()}
    const entry: {[field: string]: unknown; fingerprints: Record<string, string>} = JSON.parse(await context.disk.read(context.paths.auditLog) ?? '')
    expect(entry).to.deep.include({
      action: 'secret.rotate.completed',
      actor: 'operator@example.com',
      consumers: [{drained, dynos: 1, id: 'heroku-config:example-app', keys: ['HEROKU_API_KEY'], release: 4, role: 'consumer', stamp: null, status: 'verified', wave: 1}],
      context: {method: 'operator-assisted', new_authorization_id: state.incoming?.id, old_authorization_id: outgoing?.id, secret_name: 'HEROKU_API_KEY'},
      description: CREDENTIAL,
      rotation: id,
    })
    expect(entry.fingerprints['incoming']).to.match(/^[\da-f]{12}$/)
    expect(entry.fingerprints['outgoing']).to.match(/^[\da-f]{12}$/).and.not.to.equal(entry.fingerprints['incoming'])
  })
})
