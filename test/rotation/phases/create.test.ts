import {expect} from 'chai'

import type {FaultKind} from '../../sandbox/sandbox.js'

import {RotationError} from '../../../src/lib/errors.js'
import {watchCreates} from '../../matrix/laws.js'
import {errorOf} from '../../support/failure.js'
import {makeInProcess} from '../../support/in-process.js'
import {account, alive, begin, carryOut, changes, CREDENTIAL, found, holder, holders, killed, requestOf, resume, rotate} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const POST = {method: 'POST', path: '/oauth/authorizations'}
const request = requestOf(['example-app'])

describe('create', function () {
  const root = tempRoot()
  const setUp = (options: Parameters<typeof account>[1] = {}) => {
    const {clock, sandbox} = account([holder('example-app')], options)
    const process = (pid = 1, host = 'example-host') => makeInProcess({clock, host, pid, root: `${root()}/${host}`, sandbox})
    return {clock, process, sandbox}
  }

  describe('law: a lost answer leaves one live authorization', function () {
    const losses: FaultKind[] = ['reset-after', 'hang-after', '500-after', '503-after', 'malformed-json', 'wrong-shape', 'reset-before', 'hang', '500', '503']
    const isMade = (kind: FaultKind) => !['500', '503', 'hang', 'reset-before'].includes(kind)
    for (const kind of losses) {
      it(`after ${kind}`, async function () {
        const {process, sandbox} = setUp()
        const creates = watchCreates(sandbox)
        sandbox.faults.arm({kind, match: POST})
        const {context, told} = process()
        await rotate(context, request)
        expect(creates).to.deep.equal([])
        expect(alive(sandbox)).to.deep.equal([INCOMING])
        expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING})
        expect(told()).to.include(`${isMade(kind) ? 'what it had created is revoked' : 'nothing was created'}, trying again (2 of 3)`)
      })
    }

    it('after two in a row, in a list that shows new ones late', async function () {
      const {process, sandbox} = setUp({switches: {listEventuallyConsistent: 5000}})
      sandbox.faults.arm({kind: 'reset-after', match: POST, times: 2})
      await rotate(process().context, request)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect(sandbox.log.filter(({method, path}) => method === POST.method && path === POST.path)).to.have.length(3)
    })

    it('after three, where it gives up and leaves none of its own', async function () {
      const {process, sandbox} = setUp()
      sandbox.faults.arm({kind: 'reset-after', match: POST, times: 3})
      const error = await errorOf(RotationError, rotate(process().context, request))
      expect(error).to.include({code: 'ROTATE_UNREACHABLE', exit: 'incomplete'})
      expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
      await resume(process(2).context)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
    })

    it('when the next one is refused, where the list shows new ones late', async function () {
      const {process, sandbox} = setUp({switches: {listEventuallyConsistent: 8000}})
      sandbox.faults.arm({kind: 'reset-after', match: POST})
      let posts = 0
      sandbox.faults.armRaw(({method}) => (method === 'POST' && ++posts === 2 ? {body: '{"id":"forbidden"}', status: 403} : undefined))
      const error = await errorOf(RotationError, rotate(process().context, request))
      expect(error).to.include({code: 'ROTATE_CREATE', exit: 'failed', now: 'Nothing was changed.'})
      expect(sandbox.world.existingAuthorizations.map(({description}) => description)).to.include(CREDENTIAL)
      expect(sandbox.world.existingAuthorizations.filter(({description}) => description.includes('(rotation '))).to.deep.equal([])
    })

    for (const kind of ['kill-before', 'kill-after'] as const) {
      it(`after the process died of it (${kind})`, async function () {
        const {process, sandbox} = setUp()
        const dying = process()
        sandbox.faults.arm({kind, match: POST})
        await killed(sandbox, dying, rotate(dying.context, request))
        await resume(process(2).context)
        expect(alive(sandbox)).to.deep.equal([INCOMING])
      })
    }
  })

  it('takes the authorization up that an earlier process made and sealed', async function () {
    const {process, sandbox} = setUp()
    const first = process()
    const listing = sandbox.faults.armRaw(({method, n, path}) => (method === 'GET' && path === '/oauth/authorizations' && n > 5 ? '500' : undefined))
    const rotation = await begin(first.context, request)
    await errorOf(RotationError, carryOut(rotation))
    expect(rotation.state.incoming).not.to.equal(null)
    listing.disarm()
    const after = await resume(process(2).context)
    expect(after.state.incoming?.id).to.equal(rotation.state.incoming?.id)
    expect(sandbox.log.filter(({method, path}) => method === POST.method && path === POST.path)).to.have.length(1)
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })

  it('waits for a list that shows new authorizations late', async function () {
    const {process, sandbox} = setUp({switches: {listEventuallyConsistent: 8000}})
    const {state} = await rotate(process().context, request)
    expect(state.phases.get('create')?.seconds).to.be.within(8, 10)
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })

  it('revokes an authorization that Heroku made without telling its token, and closes', async function () {
    const {process, sandbox} = setUp()
    sandbox.faults.armRaw(({method}) => {
      if (method !== 'POST') return undefined
      const {id} = sandbox.world.createAuthorization({description: 'without a token'})
      return {body: JSON.stringify({access_token: {token: `HRKU-${'*'.repeat(10)}`}, created_at: '2026-01-15T12:00:00Z', id}), status: 201}
    })
    const rotation = await begin(process().context, request)
    const error = await errorOf(RotationError, carryOut(rotation))
    expect(error).to.include({code: 'ROTATE_NO_TOKEN', exit: 'failed'})
    expect(rotation.state.closed).to.equal('failed')
    expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
  })

  for (const [status, id] of [[403, 'forbidden'], [422, 'invalid_params']] as const) {
    it(`closes when Heroku refuses the create with ${status}: nothing was changed`, async function () {
      const {process, sandbox} = setUp()
      sandbox.faults.armRaw(({method}) => (method === 'POST' ? {body: JSON.stringify({id, message: 'No.'}), status} : undefined))
      const rotation = await begin(process().context, request)
      const error = await errorOf(RotationError, carryOut(rotation))
      expect(error).to.include({code: 'ROTATE_CREATE', exit: 'failed', now: 'Nothing was changed.'})
      expect(rotation.state.closed).to.equal('failed')
      expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
    })
  }

  describe('with a rival on another machine', function () {
    const code = (result: PromiseSettledResult<unknown>) => {
      if (result.status === 'fulfilled') return 'won'
      return result.reason instanceof RotationError ? result.reason.code : 'another failure'
    }

    for (const [what, options] of [['', {}], [', where the list shows new ones late', {switches: {listEventuallyConsistent: 3000}}], [', where calls take their time', {latencyMs: 70}]] as const) {
      it(`lets exactly one go on, and leaves one authorization${what}`, async function () {
        const {process, sandbox} = setUp(options)
        const contexts = ['one-host', 'other-host', 'third-host'].map((host, index) => process(index + 1, host).context)
        const rotations = await Promise.all(contexts.map(context => begin(context, request)))
        const results = await Promise.allSettled(rotations.map(rotation => carryOut(rotation)))
        expect(results.map(result => code(result)).toSorted()).to.deep.equal(['ROTATE_IN_FLIGHT', 'ROTATE_IN_FLIGHT', 'won'])
        expect(alive(sandbox)).to.deep.equal([INCOMING])
        expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING})
        expect(sandbox.world.violations).to.deep.equal([])
        expect(rotations.map(({state}) => state.closed).toSorted()).to.deep.equal(['completed', 'failed', 'failed'])
      })
    }

    it('withdraws from one that has finished meanwhile', async function () {
      const {process, sandbox} = setUp()
      const late = await begin(process(1, 'one-host').context, request)
      await rotate(process(2, 'other-host').context, request)
      const error = await errorOf(RotationError, carryOut(late))
      expect(error).to.include({exit: 'failed', now: 'Nothing was changed.'})
      expect(error.code).to.equal('ROTATE_ROTATED_MEANWHILE')
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect(changes(sandbox).filter(call => call.startsWith('PATCH /apps'))).to.have.length(1)
    })

    it('goes on beside a rotation of another credential', async function () {
      const {process, sandbox} = setUp({authorizations: [{description: CREDENTIAL}, {description: 'other (rotation abc)'}]})
      await rotate(process().context, request)
      expect(alive(sandbox)).to.deep.equal(['other (rotation abc)', INCOMING])
    })
  })

  it('is found in the list where an account has several pages of authorizations', async function () {
    const many = Array.from({length: 250}, (_, index) => ({description: `many ${index}`}))
    const {process, sandbox} = setUp({authorizations: [...many, {description: CREDENTIAL}]})
    await rotate(process().context, request)
    expect(alive(sandbox)).to.have.length(251).and.to.include(INCOMING).and.not.include(CREDENTIAL)
  })

  it('leaves the lock for the next one when it has failed', async function () {
    const {process, sandbox} = setUp()
    const armed = sandbox.faults.armRaw(({method}) => (method === 'POST' ? {body: '{}', status: 422} : undefined))
    await errorOf(RotationError, rotate(process().context, request))
    armed.disarm()
    await rotate(process(2).context, request)
    expect(alive(sandbox)).to.deep.equal([INCOMING])
    expect(await errorOf(RotationError, found(process(3).context))).to.have.property('code', 'ROTATE_NONE')
  })
})
