import {expect} from 'chai'

import {createSandbox, type Switches, virtualClock} from '../../sandbox/sandbox.js'
import {ask, at} from './api-client.js'

const code = {'Heroku-Two-Factor-Code': '654321'}

function paranoidSandbox(switches: Partial<Switches> = {}) {
  const clock = virtualClock()
  const sandbox = createSandbox({
    account: {twoFactor: true, twoFactorCode: '654321'},
    apps: [{name: 'example-app', twoFactor: true}],
    authorizations: [{description: 'direct'}],
    clock,
    switches,
  })
  return {clock, read: (extras = {}) => ask(sandbox, 'GET', '/apps/example-app/config-vars', extras), sandbox}
}

describe('two-factor challenges of the sandbox', function () {
  it('guard a paranoid app', async function () {
    const {read} = paranoidSandbox()
    const {body, status} = await read()
    expect([status, at(body, 'id'), at(body, 'app.name')]).to.deep.equal([403, 'two_factor', 'example-app'])
    expect(at(body, 'message')).to.match(/^A second authentication factor or pre-authorization is required/)
  })

  it('are met by a code with the request, but not by a wrong one', async function () {
    const {read} = paranoidSandbox()
    expect(await read({headers: code})).to.have.property('status', 200)
    expect(await read({headers: {'Heroku-Two-Factor-Code': '000000'}})).to.have.property('status', 403)
    expect(await read()).to.have.property('status', 403)
  })

  it('are met by pre-authorization, for a while', async function () {
    const {clock, read, sandbox} = paranoidSandbox()
    expect(await ask(sandbox, 'PUT', '/apps/example-app/pre-authorizations')).to.have.property('status', 403)
    expect(await ask(sandbox, 'PUT', '/apps/example-app/pre-authorizations', {headers: code})).to.deep.include({body: {}, status: 200})
    expect(await read()).to.have.property('status', 200)
    await clock.advance(600_000)
    expect(await read()).to.have.property('status', 403)
  })

  it('spare direct authorizations when the switch says so', async function () {
    for (const directAuthorizationsSkipTwoFactor of [false, true]) {
      const {read, sandbox} = paranoidSandbox({directAuthorizationsSkipTwoFactor})
      const token = sandbox.world.authorization('direct')?.token

      expect(await read({token})).to.have.property('status', directAuthorizationsSkipTwoFactor ? 200 : 403)
    }
  })

  it('guard changes of authorizations when the switch says so', async function () {
    const {sandbox} = paranoidSandbox({authorizationWritesNeedTwoFactor: true})
    expect(await ask(sandbox, 'GET', '/oauth/authorizations')).to.have.property('status', 200)
    expect(await ask(sandbox, 'POST', '/oauth/authorizations', {body: {}})).to.have.property('status', 403)
    expect(await ask(sandbox, 'POST', '/oauth/authorizations', {body: {}, headers: code})).to.have.property('status', 201)
  })
})
