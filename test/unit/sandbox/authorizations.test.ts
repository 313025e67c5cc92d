import {expect} from 'chai'

import {createSandbox, type Switches, virtualClock} from '../../sandbox/sandbox.js'
import {ask, at, each, textAt} from './api-client.js'

const path = '/oauth/authorizations'

function sandboxWith(switches: Partial<Switches> = {}, options: {sharedPrefix?: boolean} = {}) {
  return createSandbox({...options, authorizations: [{description: 'example'}], clock: virtualClock(), switches})
}

function example(sandbox: ReturnType<typeof sandboxWith>) {
  const found = sandbox.world.authorization('example')
  if (!found) throw new Error('no example')
  return found
}

describe('authorizations of the sandbox', function () {
  it('shows the token of a new authorization once, in full', async function () {
    const sandbox = sandboxWith()
    const created = await ask(sandbox, 'POST', path, {body: {description: 'incoming', scope: ['read']}})
    expect(created.status).to.equal(201)
    expect(textAt(created.body, 'access_token.token')).to.match(/^HRKU-AA[\w-]{58}$/).and.equal(sandbox.world.authorization('incoming')?.token)
    const read = await ask(sandbox, 'GET', `${path}/${textAt(created.body, 'id')}`)
    expect(textAt(read.body, 'access_token.token')).to.match(/^HRKU-AA[\w-]{3}\*{10}[\w-]{4}$/)
  })

  it('redacts with exactly ten asterisks in the list', async function () {
    const sandbox = sandboxWith({redactSuffix: false})
    const {body, status} = await ask(sandbox, 'GET', path)
    expect(status).to.equal(200)
    for (const token of each(body, 'access_token.token')) expect(token).to.match(/^[^*]{10}\*{10}$/)
  })

  it('redacts each kind of answer as its switch says', async function () {
    const {token} = example(sandboxWith())
    const shown = async (method: string, switches: Partial<Switches>, sub = '') => {
      const sandbox = sandboxWith(switches)
      const {body} = await ask(sandbox, method, `${path}/${example(sandbox).id}${sub}`)
      return textAt(body, 'access_token.token')
    }

    expect(await shown('GET', {redactShow: false})).to.equal(token)
    expect(await shown('PATCH', {redactWrites: false})).to.equal(token)
    expect(await shown('DELETE', {redactWrites: false})).to.equal(token)
    expect(await shown('DELETE', {})).to.include('**********')
    expect(await shown('POST', {regenerateReturnsToken: false}, '/actions/regenerate-tokens')).to.include('**********')
    const unredacted = await ask(sandboxWith({redactReads: false}), 'GET', path)
    expect(each(unredacted.body, 'access_token.token')).to.include(token)
  })

  it('lets several tokens look alike once redacted', async function () {
    const sandbox = sandboxWith({redactSuffix: false}, {sharedPrefix: true})
    const {body} = await ask(sandbox, 'GET', path)
    expect(new Set(each(body, 'access_token.token'))).to.have.property('size', 1)
  })

  it('accepts what the CLI sends: no scope, and a number as a string', async function () {
    const {body} = await ask(sandboxWith(), 'POST', path, {body: {expires_in: '60'}})
    expect(at(body, 'scope')).to.deep.equal(['global'])
    expect(at(body, 'access_token.expires_in')).to.equal(60)
    expect(at(body, 'description')).to.equal('Long-lived user authorization')
  })

  it('insists on a scope when the switch says so', async function () {
    const {body, status} = await ask(sandboxWith({scopeRequired: true}), 'POST', path, {body: {}})
    expect([status, at(body, 'id')]).to.deep.equal([422, 'invalid_params'])
  })

  it('refuses more than the greatest number of authorizations', async function () {
    const {status} = await ask(sandboxWith({maxAuthorizations: 2}), 'POST', path, {body: {}})
    expect(status).to.equal(422)
  })

  it('refuses a federated account when the switch says so', async function () {
    const sandbox = createSandbox({account: {federated: true}, switches: {federatedMayCreate: false}})
    const {status} = await ask(sandbox, 'POST', path, {body: {}})
    expect(status).to.equal(403)
  })

  it('answers 401 to a revoked token and 404 for its id', async function () {
    const sandbox = sandboxWith()
    const {id, token} = example(sandbox)
    expect(await ask(sandbox, 'GET', '/account', {token})).to.have.property('status', 200)
    expect(await ask(sandbox, 'DELETE', `${path}/${id}`)).to.have.property('status', 200)
    const refused = await ask(sandbox, 'GET', '/account', {token})
    expect(refused.status).to.equal(401)
    expect(refused.body).to.deep.equal({id: 'unauthorized', message: 'Invalid credentials provided.'})
    const gone = await ask(sandbox, 'GET', `${path}/${id}`)
    expect([gone.status, at(gone.body, 'resource')]).to.deep.equal([404, 'authorization'])
  })

  it('goes on accepting a revoked token for as long as revocation takes', async function () {
    const clock = virtualClock()
    const sandbox = createSandbox({authorizations: [{description: 'example'}], clock, switches: {revocationDelay: 5000}})
    const {id, token} = example(sandbox)
    await ask(sandbox, 'DELETE', `${path}/${id}`)
    expect(await ask(sandbox, 'GET', '/account', {token})).to.have.property('status', 200)
    await clock.advance(5000)
    expect(await ask(sandbox, 'GET', '/account', {token})).to.have.property('status', 401)
  })

  it('replaces the token in place when regenerating', async function () {
    const sandbox = sandboxWith()
    const {id, token} = example(sandbox)
    const {body} = await ask(sandbox, 'POST', `${path}/${id}/actions/regenerate-tokens`)
    expect(textAt(body, 'access_token.token')).to.equal(example(sandbox).token).and.not.equal(token)
    expect([sandbox.world.isLive(token), sandbox.world.isLive(example(sandbox).token)]).to.deep.equal([false, true])
  })

  it('goes on accepting the token from before regenerating for as long as they overlap', async function () {
    const clock = virtualClock()
    const sandbox = createSandbox({authorizations: [{description: 'example'}], clock, switches: {regenerateOverlapMs: 5000}})
    const {id, token} = example(sandbox)
    await ask(sandbox, 'POST', `${path}/${id}/actions/regenerate-tokens`)
    expect(sandbox.world.isLive(token)).to.equal(true)
    await clock.advance(5000)
    expect(sandbox.world.isLive(token)).to.equal(false)
  })

  it('lets a token expire, and starts its lifetime anew when regenerating only if the switch says so', async function () {
    const secondsLeft = async (regenerateResetsExpiry: boolean) => {
      const clock = virtualClock()
      const sandbox = createSandbox({authorizations: [{description: 'example', expiresIn: 100}], clock, switches: {regenerateResetsExpiry}})
      await clock.advance(40_000)
      const {body} = await ask(sandbox, 'POST', `${path}/${example(sandbox).id}/actions/regenerate-tokens`)
      const left = at(body, 'access_token.expires_in')
      await clock.advance(60_000)
      return [left, sandbox.world.isLive(textAt(body, 'access_token.token'))]
    }

    expect(await secondsLeft(true)).to.deep.equal([100, true])
    expect(await secondsLeft(false)).to.deep.equal([60, false])
  })

  it('lists a new authorization only after a while when lists are eventually consistent', async function () {
    const clock = virtualClock()
    const sandbox = createSandbox({authorizations: [{description: 'example'}], clock, switches: {listEventuallyConsistent: 3000}})
    await ask(sandbox, 'POST', path, {body: {description: 'incoming'}})
    const descriptions = async () => each((await ask(sandbox, 'GET', path)).body, 'description')
    expect(await descriptions()).to.have.members(['Heroku CLI login from sandbox', 'example'])
    await clock.advance(3000)
    expect(await descriptions()).to.include('incoming')
  })

  it('knows the default authorization as ~, and no other', async function () {
    expect(await ask(sandboxWith(), 'GET', `${path}/~`)).to.have.property('status', 404)
    const sandbox = createSandbox({authorizations: [{default: true, description: 'API Key'}]})
    expect(at((await ask(sandbox, 'GET', `${path}/~`)).body, 'description')).to.equal('API Key')
  })

  it('changes a description', async function () {
    const sandbox = sandboxWith()
    const {body} = await ask(sandbox, 'PATCH', `${path}/${example(sandbox).id}`, {body: {description: 'renamed'}})
    expect(at(body, 'description')).to.equal('renamed')
    expect(sandbox.world.authorization('renamed')).to.not.equal(undefined)
  })

  it('makes tokens of every format', function () {
    const token = (tokenFormat: Switches['tokenFormat']) => example(sandboxWith({tokenFormat})).token
    expect(token('hrku41')).to.match(/^HRKU-.{36}$/)
    expect(token('uuid')).to.match(/^[\da-f]{8}-[\da-f-]{27}$/)
  })

  it('makes the same ids and tokens from the same seed', function () {
    const tokens = (seed: string) => createSandbox({authorizations: [{description: 'example'}], seed}).world.authorizations.map(({id, token}) => [id, token])
    expect(tokens('a')).to.deep.equal(tokens('a'))
    expect(tokens('a')).to.not.deep.equal(tokens('b'))
  })

  it('has refresh tokens only when the switch says so', async function () {
    const shown = async (refreshTokens: Switches['refreshTokens']) => {
      const sandbox = sandboxWith({refreshTokens})
      return at((await ask(sandbox, 'GET', `${path}/${example(sandbox).id}`)).body, 'refresh_token.token')
    }

    expect(await shown('none')).to.equal(undefined)
    expect(await shown('redacted')).to.include('**********')
    expect(await shown('full')).to.match(/^HRKU-AA[\w-]{58}$/)
  })
})
