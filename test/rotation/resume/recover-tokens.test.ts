import {expect} from 'chai'
import {rm} from 'node:fs/promises'

import type {PhaseName} from '../../../src/lib/rotation/phases.js'

import {RotationError} from '../../../src/lib/errors.js'
import {createSandbox} from '../../sandbox/sandbox.js'
import {errorOf} from '../../support/failure.js'
import {advance, goOn, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, found, holder, holders, killed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const apps = [holder('example-app', {config: {OTHER: 'another value'}}), holder('example-console')]
const request = requestOf(['example-app@0', 'example-console'])

describe('a rotation whose session has changed', function () {
  const root = tempRoot()

  /** The operator logs in again: another token of the same account. */
  const scenery = () => {
    const made = scene(root(), apps)
    const newSession = () => made.sandbox.world.createAuthorization({description: 'new login'}).token
    return {...made, loggedIn: () => made.process({session: newSession()}).context}
  }

  const ended = (sandbox: ReturnType<typeof scenery>['sandbox']) => alive(sandbox).filter(description => description !== 'new login')

  for (const until of ['fanout', 'verify', 'drain', 'revoke', 'prove'] satisfies PhaseName[]) {
    it(`goes forward after ${until} with the tokens that the consumers hold`, async function () {
      const {loggedIn, process, sandbox} = scenery()
      const rotation = await begin(process().context, request)
      await carryOut(rotation, () => advance(rotation, until))
      await resume(loggedIn())
      expect(ended(sandbox)).to.deep.equal([INCOMING])
      expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING, 'example-console': INCOMING})
      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  it('is proved by the ids after the revoke where no consumer shows the incoming token any more', async function () {
    const {loggedIn, process, sandbox} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'revoke'))
    for (const {name} of apps) sandbox.world.setConfig(name ?? '', {HEROKU_API_KEY: 'set by somebody'})
    const {state} = await resume(loggedIn())
    expect(state.proof).to.deep.include({by: 'id', incomingStatus: null, outgoingStatus: 404})
    expect(state.closed).to.equal('completed')
    expect(ended(sandbox)).to.deep.equal([INCOMING])
  })

  it('revokes what it made before, also where the list does not show that yet', async function () {
    const made = scene(root(), apps, {switches: {listEventuallyConsistent: 10_000}})
    const session = made.sandbox.world.createAuthorization({description: 'new login'}).token
    const dies = async (dying: ReturnType<typeof made.process>, nth: number, work: () => Promise<unknown>) => {
      const armed = made.sandbox.faults.arm({kind: 'kill-after', match: {method: 'GET', nth, path: '/oauth/authorizations'}})
      await killed(made.sandbox, dying, work())
      armed.disarm()
    }

    const [first, second, third] = [made.process(), made.process({session}), made.process({session})]
    await dies(first, 2, () => rotate(first.context, request))
    await dies(second, 3, () => resume(second.context))
    await carryOut(await found(third.context), rollBack)
    await made.clock.sleep(20_000)
    expect(ended(made.sandbox)).to.deep.equal([CREDENTIAL])
  })

  it('goes forward where a part of the consumers was written', async function () {
    const {loggedIn, process, sandbox} = scenery()
    sandbox.faults.arm({kind: 'kill-before', match: {method: 'PATCH', path: '/apps/example-console/config-vars'}})
    const dying = process()
    await killed(sandbox, dying, rotate(dying.context, request))
    await resume(loggedIn())
    expect(ended(sandbox)).to.deep.equal([INCOMING])
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('goes back where somebody still holds the outgoing token', async function () {
    const {loggedIn, process, sandbox} = scenery()
    sandbox.faults.arm({kind: 'kill-before', match: {method: 'PATCH', path: '/apps/example-console/config-vars'}})
    const dying = process()
    await killed(sandbox, dying, rotate(dying.context, request))
    await carryOut(await found(loggedIn()), rollBack)
    expect(ended(sandbox)).to.deep.equal([CREDENTIAL])
    expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL, 'example-console': CREDENTIAL})
  })

  it('says which app cannot be given back what nobody knows any more, and leaves it with a token that works', async function () {
    const {loggedIn, process, sandbox} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    const error = await errorOf(RotationError, found(loggedIn()).then(back => carryOut(back, rollBack)))
    expect(error).to.include({code: 'ROTATE_PREVIOUS_UNKNOWN', exit: 'incomplete'})
    expect(sandbox.world.violations).to.deep.equal([])
    expect(ended(sandbox)).to.have.length(2)
  })

  describe('where nobody knows what an app held before', function () {
    const back = async (isDone: boolean) => {
      const {process, sandbox} = scenery()
      const rotation = await begin(process().context, request)
      await carryOut(rotation, () => advance(rotation, 'verify'))
      const old = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
      const asked: string[] = []
      const {context} = process({
        outside: {
          env: {},
          fetch: () => Promise.reject(new Error('no network')),
          home: '/nowhere',
          lookup: async () => [],
          person: {
            agrees: async () => null,
            async confirms(id, instructions) {
              asked.push(instructions)
              if (isDone) sandbox.world.setConfig(id.replace('heroku-config:', ''), {HEROKU_API_KEY: old})
              return 'ann@example.com'
            },
          },
          run: () => Promise.reject(new Error('no programs')),
        },
        session: sandbox.world.createAuthorization({description: 'new login'}).token,
      })
      return {asked, rotation: await found(context), sandbox}
    }

    it('goes back once a person says that the old token is there again', async function () {
      const {asked, rotation, sandbox} = await back(true)
      const {state} = await carryOut(rotation, rollBack)
      expect(asked).to.have.length(2)
      expect(asked.join('\n')).to.include('Put the old token back into HEROKU_API_KEY of heroku-config:example-app by hand')
      expect(state.consumers.get('heroku-config:example-app')).to.include({stamp: 'by ann@example.com', status: 'restored'})
      expect(state.closed).to.equal('rolled-back')
      expect(ended(sandbox)).to.deep.equal([CREDENTIAL])
      expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL, 'example-console': CREDENTIAL})
      expect(sandbox.world.violations).to.deep.equal([])
    })

    it('revokes nothing where the person says so and it is not so', async function () {
      const {rotation, sandbox} = await back(false)
      const error = await errorOf(RotationError, carryOut(rotation, rollBack))
      expect(error).to.include({code: 'ROTATE_STILL_HELD', exit: 'incomplete'})
      expect(ended(sandbox)).to.have.length(2)
      expect(sandbox.world.violations).to.deep.equal([])
    })
  })

  it('goes forward with all of its waits after a rollback that stopped there', async function () {
    const {process, sandbox} = scene(root(), [{config: {HEROKU_API_KEY: 'some text'}, dynos: {web: 1}, name: 'example-app'}, holder('example-console')])
    const outgoing = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
    const rotation = await begin(process().context, requestOf(['example-app', 'example-console']))
    await carryOut(rotation, () => advance(rotation, 'drain'))
    // This session knows the outgoing token, and nobody what the first app held: the other one alone is given back.
    const error = await errorOf(RotationError, found(process({session: outgoing}).context).then(back => carryOut(back, rollBack)))
    expect(error).to.include({code: 'ROTATE_PREVIOUS_UNKNOWN'})
    expect(holders(sandbox)).to.include({'example-console': CREDENTIAL})
    const {state} = await resume(process().context)
    expect(state.closed).to.equal('completed')
    expect(state.phases.get('drain')?.attempts).to.equal(2)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  for (const until of ['preflight', 'create', 'validate'] satisfies PhaseName[]) {
    it(`is rolled back after ${until}, where no consumer holds the new token yet`, async function () {
      const {loggedIn, process, sandbox} = scenery()
      const rotation = await begin(process().context, request)
      await carryOut(rotation, () => advance(rotation, until))
      await carryOut(await found(loggedIn()), rollBack)
      expect(ended(sandbox)).to.deep.equal([CREDENTIAL])
      expect(sandbox.world.app('example-app').config).to.have.property('OTHER', 'another value')
    })
  }

  it('makes the authorization again where the answer to the create was lost with the session', async function () {
    const {loggedIn, process, sandbox} = scenery()
    sandbox.faults.arm({kind: 'kill-after', match: {method: 'POST'}})
    const dying = process()
    await killed(sandbox, dying, rotate(dying.context, request))
    await resume(loggedIn())
    expect(ended(sandbox)).to.deep.equal([INCOMING])
  })

  it('says why it cannot go forward where nobody holds the incoming token, and to roll back', async function () {
    const {loggedIn, process, sandbox} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'create'))
    const error = await errorOf(RotationError, resume(loggedIn()))
    expect(error).to.include({code: 'ROTATE_INCOMING_UNKNOWN', exit: 'incomplete'})
    expect(error.next.join('\n')).to.include(`rollback --rotation ${rotation.id}`)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('knows the incoming token among others that look like it', async function () {
    const {process, sandbox} = scene(root(), apps, {sharedPrefix: true, switches: {redactPrefixLength: 7, redactSuffix: false}})
    const lookalike = `${sandbox.world.authorization(CREDENTIAL)?.token.slice(0, 30) ?? ''}${'x'.repeat(35)}`
    const session = 'a-session-that-looks-like-no-token'
    sandbox.world.createAuthorization({description: 'session of the test', token: session})
    const rotation = await begin(process({session}).context, request)
    await carryOut(rotation, () => advance(rotation, 'fanout'))
    sandbox.world.setConfig('example-console', {HEROKU_API_KEY: lookalike})
    const other = 'another-session-that-looks-like-none'
    sandbox.world.createAuthorization({description: 'new session of the test', token: other})
    const error = await errorOf(RotationError, resume(process({session: other}).context))
    expect(error).to.include({code: 'ROTATE_NOT_HELD', exit: 'incomplete'})
    expect(error.happened).to.equal('heroku-config:example-console does not have the new token in HEROKU_API_KEY.')
    expect(alive(sandbox)).to.include(CREDENTIAL)
  })

  for (const [way, work, left] of [['forward', goOn, INCOMING], ['back', rollBack, CREDENTIAL]] as const) {
    it(`goes ${way} where the journal was restored or copied without its sealed tokens`, async function () {
      const {process, sandbox} = scene(root(), apps)
      sandbox.faults.arm({kind: 'kill-after', match: {method: 'PATCH'}})
      const dying = process()
      const rotation = await begin(dying.context, request)
      await killed(sandbox, dying, advance(rotation))
      await rm(dying.context.paths.sealed(rotation.id))
      await carryOut(await found(process().context), work)
      expect(holders(sandbox)).to.deep.equal({'example-app': left, 'example-console': left})
      expect(alive(sandbox)).to.deep.equal([left])
      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  describe('to one of another account', function () {
    for (const [when, kind, match] of [['in the create', 'kill-after', {method: 'POST'}], ['before the revoke', 'kill-before', {method: 'DELETE'}]] as const) {
      it(`changes nothing there when the process died ${when}, and stays open`, async function () {
        const {clock, process, sandbox} = scene(root(), apps)
        const stranger = createSandbox({account: {email: 'stranger@example.com'}, apps: apps.map(({name}) => ({name})), authorizations: [{description: 'theirs'}], clock, seed: 'stranger'})
        sandbox.faults.arm({kind, match})
        const dying = process()
        await killed(sandbox, dying, rotate(dying.context, request))
        const error = await errorOf(RotationError, resume(process({fetch: stranger.startProcess(), session: stranger.sessionToken}).context))
        expect(error).to.include({code: 'ROTATE_OTHER_ACCOUNT', exit: 'incomplete'})
        expect(stranger.log.filter(({method}) => method !== 'GET')).to.deep.equal([])
        await resume(process().context)
        expect(alive(sandbox)).to.deep.equal([INCOMING])
      })
    }
  })
})
