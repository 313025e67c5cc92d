import {expect} from 'chai'

import {createSandbox, virtualClock} from '../../sandbox/sandbox.js'
import {ask} from './api-client.js'

describe('request log of the sandbox', function () {
  it('tells who asked for what, and holds no token', async function () {
    const sandbox = createSandbox({apps: [{name: 'example-app'}], authorizations: [{description: 'example'}], clock: virtualClock()})
    const token = sandbox.world.authorization('example')?.token ?? ''
    await ask(sandbox, 'GET', '/apps?x=1', {headers: {range: 'id ..; max=1'}})
    await ask(sandbox, 'PATCH', '/apps/example-app/config-vars', {body: {HEROKU_API_KEY: token}, token})
    await ask(sandbox, 'GET', `/apps/${token}`, {token: 'nonsense'})
    const {now} = sandbox.world
    expect(sandbox.log).to.deep.equal([
      {applied: true, as: 'session', at: now, method: 'GET', n: 1, path: '/apps', query: 'x=1', range: 'id ..; max=1', status: 200},
      {
        applied: true, as: 'example', at: now, body: {HEROKU_API_KEY: '<token of example>'}, method: 'PATCH', n: 2, path: '/apps/example-app/config-vars', status: 200,
      },
      {applied: false, as: 'nobody', at: now, method: 'GET', n: 3, path: '/apps/<token of example>', status: 401},
    ])
  })

  it('names the owner of a token, dead or alive', function () {
    const {world} = createSandbox({authorizations: [{description: 'example'}]})
    const authorization = world.authorization('example')
    if (!authorization) throw new Error('no example')
    const {token} = authorization
    expect(world.nameOf(token)).to.equal('example')
    world.regenerate(authorization)
    expect(world.nameOf(token)).to.equal('example (before it was regenerated)')
    expect(world.nameOf('nonsense')).to.equal('nobody')
  })
})
