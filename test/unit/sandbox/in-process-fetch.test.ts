import {expect} from 'chai'

import {createSandbox, virtualClock} from '../../sandbox/sandbox.js'
import {ask, failure} from './api-client.js'

describe('fetch of the sandbox', function () {
  it('fails like fetch when the connection is reset', async function () {
    const sandbox = createSandbox()
    sandbox.faults.arm({kind: 'reset-after'})
    const error = await failure(ask(sandbox, 'GET', '/account'))
    expect(error).to.be.instanceOf(TypeError).and.have.nested.property('cause.code', 'ECONNRESET')
  })

  it('rejects with the reason of the signal when the answer never comes', async function () {
    const sandbox = createSandbox()
    sandbox.faults.arm({kind: 'hang'})
    const reason = new Error('too slow')
    const controller = new AbortController()
    const asked = ask(sandbox, 'GET', '/account', {signal: controller.signal})
    setImmediate(() => controller.abort(reason))
    expect(await failure(asked)).to.equal(reason)
  })

  it('does not reach the platform when aborted before', async function () {
    const sandbox = createSandbox()
    const error = await failure(ask(sandbox, 'GET', '/account', {signal: AbortSignal.abort(new Error('too late'))}))
    expect(error).to.have.property('message', 'too late')
    expect(sandbox.log).to.deep.equal([])
  })

  it('never settles after a kill, and says where it was', async function () {
    const sandbox = createSandbox()
    const settled: string[] = []
    const point = await new Promise(resolve => {
      sandbox.onKill = resolve
      sandbox.faults.arm({kind: 'kill-after', match: {method: 'POST'}})
      ask(sandbox, 'POST', '/oauth/authorizations', {body: {description: 'orphan'}}).finally(() => settled.push('settled')).catch(() => {})
    })
    await new Promise(resolve => {
      setImmediate(resolve)
    })
    expect(point).to.deep.equal({method: 'POST', n: 1, path: '/oauth/authorizations', when: 'after'})
    expect(sandbox.world.authorization('orphan')).to.not.equal(undefined)
    expect(settled).to.deep.equal([])
  })

  it('is dead as a whole once its process was killed, while another process goes on', async function () {
    const clock = virtualClock()
    const sandbox = createSandbox({clock, latencyMs: 10})
    sandbox.onKill = () => {}
    sandbox.faults.arm({kind: 'kill-before', match: {n: 2}})
    const fetch = sandbox.startProcess()
    const settled: string[] = []
    const request = async (name: string) => {
      await ask({...sandbox, fetch}, 'GET', '/account').finally(() => settled.push(name))
    }

    const requests = [request('first'), clock.sleep(5).then(() => request('killed')), clock.sleep(6).then(() => request('in flight')), clock.sleep(30).then(() => request('late'))]
    await clock.sleep(50)
    expect(settled).to.deep.equal(['first'])
    expect(sandbox.log).to.have.length(3)
    expect(requests).to.have.length(4)
    expect(await ask({...sandbox, fetch: sandbox.startProcess()}, 'GET', '/account')).to.have.property('status', 200)
  })

  it('takes a URL and a Request too', async function () {
    const sandbox = createSandbox()
    const headers = {accept: 'application/vnd.heroku+json; version=3', authorization: `Bearer ${sandbox.sessionToken}`}
    const url = new URL('https://api.heroku.com/account')
    expect(await sandbox.fetch(url, {headers})).to.have.property('status', 200)
    expect(await sandbox.fetch(new Request(url, {headers}))).to.have.property('status', 200)
  })
})
