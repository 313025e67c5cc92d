import {expect} from 'chai'
import {execaNode} from 'execa'
import {fileURLToPath} from 'node:url'

import {type FaultKind, type Sandbox, startSandbox} from '../../sandbox/sandbox.js'
import {ask, failure} from './api-client.js'

const path = '/oauth/authorizations'

describe('faults of the sandbox, over a socket', function () {
  let sandbox: Sandbox

  beforeEach(async function () {
    sandbox = await startSandbox({apps: [{name: 'example-app'}, {name: 'example-console'}]})
  })

  afterEach(() => sandbox.close())

  const create = () => ask(sandbox, 'POST', path, {body: {description: 'incoming'}})
  const isApplied = () => sandbox.world.authorization('incoming') !== undefined

  const resets: [FaultKind, boolean][] = [['reset-before', false], ['reset-after', true]]
  for (const [kind, applied] of resets) {
    it(`break the connection: ${kind}`, async function () {
      sandbox.faults.arm({kind})
      expect(await failure(create())).to.have.nested.property('cause.code', 'ECONNRESET')
      expect(isApplied()).to.equal(applied)
      expect(sandbox.log[0]).to.include({applied, fault: kind, status: 0})
    })
  }

  const failures: [FaultKind, number, boolean][] = [
    ['401', 401, false], ['429', 429, false], ['500', 500, false], ['503', 503, false], ['500-after', 500, true], ['503-after', 503, true],
  ]
  for (const [kind, status, applied] of failures) {
    it(`answer with a failure: ${kind}`, async function () {
      sandbox.faults.arm({kind})
      const {body, ...reply} = await create()
      expect(reply.status).to.equal(status)
      expect(body).to.have.all.keys('id', 'message')
      expect(isApplied()).to.equal(applied)
      expect(sandbox.log[0]).to.include({applied, fault: kind, status})
    })
  }

  const hangs: [FaultKind, boolean][] = [['hang', false], ['hang-after', true]]
  for (const [kind, applied] of hangs) {
    it(`never answer: ${kind}`, async function () {
      sandbox.faults.arm({kind})
      const error = await failure(ask(sandbox, 'POST', path, {body: {description: 'incoming'}, signal: AbortSignal.timeout(500)}))
      expect(error).to.have.property('name', 'TimeoutError')
      expect(isApplied()).to.equal(applied)
    })
  }

  it('answer with JSON that breaks off', async function () {
    sandbox.faults.arm({kind: 'malformed-json'})
    expect(await failure(create())).to.be.instanceOf(SyntaxError)
    expect(isApplied()).to.equal(true)
  })

  it('answer with JSON of another shape', async function () {
    sandbox.faults.arm({kind: 'wrong-shape', times: 2})
    expect((await create()).body).to.deep.equal([])
    expect((await ask(sandbox, 'GET', path)).body).to.deep.equal({unexpected: true})
    expect(isApplied()).to.equal(true)
  })

  for (const kind of ['kill-before', 'kill-after'] as const) {
    it(`kill the client: ${kind}`, async function () {
      sandbox.faults.arm({kind})
      const client = execaNode(fileURLToPath(new URL('client-to-kill.mjs', import.meta.url)), [sandbox.url, path], {
        input: sandbox.sessionToken, reject: false,
      })
      sandbox.clientPid = client.pid
      const result = await client
      expect(result.signal).to.equal('SIGKILL')
      expect(result.stdout).to.equal('')
      expect(isApplied()).to.equal(kind === 'kill-after')
    })
  }

  it('hit the request they are armed for, and only that', async function () {
    const template = sandbox.faults.arm({kind: '500', match: {method: 'GET', nth: 2, path: '/apps/:app/config-vars'}})
    const get = async (app: string, sub = '/config-vars') => (await ask(sandbox, 'GET', `/apps/${app}${sub}`)).status
    expect(await get('example-app')).to.equal(200)
    expect(await get('example-app', '/dynos')).to.equal(200)
    expect(await get('example-console')).to.equal(500)
    expect(await get('example-app')).to.equal(200)
    expect(template.fired).to.equal(1)

    sandbox.faults.arm({kind: '503', match: {path: /console/}, times: 2})
    expect([await get('example-app'), await get('example-console'), await get('example-console'), await get('example-console')]).to.deep.equal([200, 503, 503, 200])

    sandbox.faults.arm({kind: '429', match: {n: sandbox.log.length + 2}})
    expect([await get('example-app'), await get('example-app'), await get('example-app')]).to.deep.equal([200, 429, 200])
  })

  it('can be disarmed, one or all', async function () {
    const armed = sandbox.faults.arm({kind: '500', times: Infinity})
    expect(await create()).to.have.property('status', 500)
    armed.disarm()
    expect(await create()).to.have.property('status', 201)
    sandbox.faults.arm({kind: '500', times: Infinity})
    sandbox.faults.disarm()
    expect(await create()).to.have.property('status', 201)
  })

  it('can be any function of the request', async function () {
    sandbox.faults.armRaw(({body, n}) => body.includes('incoming') && n === 1 ? {body: '{"id":"verification_needed","message":"Please verify your account."}', status: 422} : undefined)
    expect(await create()).to.deep.include({body: {id: 'verification_needed', message: 'Please verify your account.'}, status: 422})
    expect(isApplied()).to.equal(false)
    expect(await create()).to.have.property('status', 201)
  })

  it('say so when there is nobody to kill', async function () {
    sandbox.faults.arm({kind: 'kill-before'})
    const response = await fetch(`${sandbox.url}/account`)
    expect(response.status).to.equal(500)
    expect(await response.text()).to.match(/neither clientPid nor onKill/)
  })

  it('leave alone what the CLI asks beside the platform', async function () {
    sandbox.faults.arm({kind: '500', times: Infinity})
    expect((await fetch(`${sandbox.particleboardUrl}/account`)).status).to.equal(404)
    expect((await fetch(`${sandbox.url}/particleboard/account`)).status).to.equal(404)
    expect(sandbox.log).to.deep.equal([])
  })
})
