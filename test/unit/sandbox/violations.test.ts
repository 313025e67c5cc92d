import {expect} from 'chai'

import {createSandbox, type SandboxOptions, tokenOf, virtualClock} from '../../sandbox/sandbox.js'
import {ask} from './api-client.js'

function sandboxWith(options: Partial<SandboxOptions> = {}) {
  const clock = virtualClock()
  const sandbox = createSandbox({
    apps: [{config: {HEROKU_API_KEY: tokenOf('outgoing'), OTHER: 'value'}, name: 'example-app', sigtermMs: 10_000}],
    authorizations: [{description: 'outgoing'}, {description: 'incoming'}],
    clock,
    ...options,
  })
  const {world} = sandbox
  return {
    clock,
    revoke: () => ask(sandbox, 'DELETE', `/oauth/authorizations/${world.authorization('outgoing')?.id ?? ''}`),
    sandbox,
    set: (value: string | null) => ask(sandbox, 'PATCH', '/apps/example-app/config-vars', {body: {HEROKU_API_KEY: value}}),
    token: (description: string) => world.authorization(description)?.token ?? '',
    world,
  }
}

describe('violations in the sandbox', function () {
  it('are none while the rotation is done in order', async function () {
    const {clock, revoke, set, token, world} = sandboxWith()
    await set(token('incoming'))
    await clock.advance(10_000)
    await revoke()
    await clock.advance(60_000)
    expect(world.violations).to.deep.equal([])
  })

  it('are recorded once when a token is revoked that is still in use', async function () {
    const {clock, revoke, sandbox, world} = sandboxWith()
    const {now} = world
    await revoke()
    await ask(sandbox, 'GET', '/account')
    await clock.advance(1000)
    expect(world.violations.map(({at, consumer, kind, request}) => ({at, consumer, kind, request}))).to.deep.equal([
      {at: now, consumer: 'example-app:HEROKU_API_KEY', kind: 'config', request: 1},
      {at: now, consumer: 'example-app:HEROKU_API_KEY', kind: 'dyno', request: 1},
    ])
  })

  it('name the token and do not show it', async function () {
    const {revoke, token, world} = sandboxWith()
    const outgoing = token('outgoing')
    await revoke()
    const text = JSON.stringify(world.violations)
    expect(text).to.include('the token of outgoing').and.not.include(outgoing)
  })

  it('are found in an old dyno that has not stopped yet', async function () {
    const {clock, revoke, set, token, world} = sandboxWith()
    await set(token('incoming'))
    await clock.advance(9999)
    await revoke()
    expect(world.violations.map(({kind}) => kind)).to.deep.equal(['dyno'])
    expect(world.violations[0]?.detail).to.match(/^old web\.1 of v3/)
  })

  it('are found in a one-off dyno', async function () {
    const {clock, revoke, set, token, world} = sandboxWith()
    world.app('example-app').startOneOff('bash', 600_000)
    await set(token('incoming'))
    await clock.advance(60_000)
    await revoke()
    expect(world.violations.map(({detail}) => detail.split(' ')[0])).to.deep.equal(['run.1001'])
  })

  it('are found when a redacted token is written', async function () {
    const {set, token, world} = sandboxWith()
    await set(`${token('incoming').slice(0, 10)}**********`)
    expect(world.violations.map(({kind}) => kind)).to.include('config')
  })

  it('are found at the time a token expires, without any request', async function () {
    const {clock, world} = sandboxWith({authorizations: [{description: 'outgoing', expiresIn: 5}]})
    const {now} = world
    await clock.advance(60_000)
    expect(world.violations.map(({at}) => at - now)).to.deep.equal([5000, 5000])
  })

  it('are no matter of config vars that are unset or not watched', async function () {
    const {clock, revoke, set, world} = sandboxWith()
    await set(null)
    await clock.advance(10_000)
    await revoke()
    expect(world.violations).to.deep.equal([])
    world.watch('example-app', 'OTHER')
    world.setConfig('example-app', {MORE: 'x'})
    expect(world.violations.map(({consumer, kind}) => `${kind} ${consumer}`)).to.include('config example-app:OTHER')
  })
})
