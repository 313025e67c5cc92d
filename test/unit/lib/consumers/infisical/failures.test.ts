import {expect} from 'chai'

import type {Access} from '../../../../../src/lib/consumers/adapter.js'
import type {FaultKind} from '../../../../sandbox/sandbox.js'

import {infisical as adapter} from '../../../../../src/lib/consumers/infisical.js'
import {Interrupted, RotationError} from '../../../../../src/lib/errors.js'
import {errorOf} from '../../../../support/failure.js'
import {isTyped} from './is-typed.js'
import {calls, settingWith} from './setting.js'

const passing: FaultKind[] = ['429', '500', '503', '500-after', '503-after', 'hang', 'hang-after', 'malformed-json', 'reset-after', 'reset-before', 'wrong-shape']

describe('Infisical that fails', function () {
  for (const kind of passing) {
    for (const method of ['GET', 'PATCH']) {
      it(`is asked again after ${kind} of a ${method}`, async function () {
        const {clock, give, incoming, infisical} = settingWith()
        infisical.faults.arm({kind, match: {method}})
        const before = clock.now()
        await give()
        expect(infisical.value()).to.equal(incoming.expose(value => value))
        expect(clock.now() - before).to.be.within(500, 16_000)
      })
    }

    it(`makes one secret when the answer to its creation is ${kind}`, async function () {
      const {give, incoming, infisical} = settingWith({holds: null})
      infisical.faults.arm({kind, match: {method: 'POST'}})
      expect(await give()).to.include({stamp: 'version 1', wrote: true})
      expect(infisical.versions()).to.deep.equal([incoming.expose(value => value)])
    })

    it(`removes a secret in spite of ${kind}`, async function () {
      const {give, infisical} = settingWith()
      infisical.faults.arm({kind, match: {method: 'DELETE'}})
      expect(await give(null)).to.include({stamp: null, wrote: true})
      expect(infisical.value()).to.equal(null)
    })

    it(`is given up after four times ${kind}, with nothing shown`, async function () {
      const {give, infisical, secrets} = settingWith()
      infisical.faults.arm({kind, match: {method: 'GET'}, times: 99})
      isTyped(await errorOf(RotationError, give()), secrets)
      expect(infisical.log).to.have.length(4)
    })
  }

  it('is left alone for as long as it asks with a 429', async function () {
    const {clock, give, infisical} = settingWith({switches: {retryAfter: 56}})
    infisical.faults.arm({kind: '429'})
    const before = clock.now()
    expect(await give()).to.include({wrote: true})
    expect(clock.now() - before).to.be.within(56_000, 57_000)
  })

  for (const status of [401, 422] as const) {
    it(`that finds a request invalid, with ${status}, is not told to refuse the login`, async function () {
      const {give, infisical} = settingWith()
      infisical.faults.armRaw(() => ({body: '{"error": "ValidationFailure", "message": [{"code": "invalid_type", "path": ["environment"]}]}', status}))
      const error = await errorOf(RotationError, give())
      expect(error).to.include({code: 'ROTATE_INFISICAL_REFUSED'})
      expect(error.message).to.include(`refused to read HEROKU_API_KEY (${status})`)
    })
  }

  it('looks before it creates again', async function () {
    const {give, infisical} = settingWith({holds: null})
    infisical.faults.arm({kind: 'reset-after', match: {method: 'POST'}})
    await give()
    expect(calls(infisical)).to.deep.equal(['GET v4 404', 'POST v4 0', 'GET v4 200', 'GET v4 200'])
  })

  it('takes over a secret that somebody created meanwhile', async function () {
    const {give, incoming, infisical} = settingWith({holds: null})
    infisical.faults.armRaw(({method}) => {
      if (method === 'POST') infisical.set('another')
      return undefined
    })
    expect(await give()).to.include({stamp: 'version 2', wrote: true})
    expect(infisical.value()).to.equal(incoming.expose(value => value))
  })

  it('is given up when no create comes through', async function () {
    const {give, infisical, secrets} = settingWith({holds: null})
    infisical.faults.arm({kind: 'reset-before', match: {method: 'POST'}, times: 99})
    const error = await errorOf(RotationError, give())
    isTyped(error, secrets)
    expect(error.message).to.include('ECONNRESET')
    expect(infisical.log.filter(({method}) => method === 'POST')).to.have.length(4)
  })

  it('is followed nowhere', async function () {
    const {access, at, secrets} = settingWith()
    const asked: (string | undefined)[] = []
    const fetch: Access['fetch'] = async (_, init) => {
      asked.push(init.redirect)
      return new Response('', {headers: {location: 'https://example.com/'}, status: 302})
    }

    const error = await errorOf(RotationError, adapter.read(at, access({fetch})))
    isTyped(error, secrets)
    expect(new Set(asked)).to.deep.equal(new Set(['manual']))
  })

  it('ends where the answer has more than 32 MB', async function () {
    const {access, at, secrets} = settingWith()
    let asked = 0
    const fetch: Access['fetch'] = async () => {
      asked++
      return new Response('x'.repeat(32 * 1024 * 1024 + 1))
    }

    const error = await errorOf(RotationError, adapter.read(at, access({fetch})))
    isTyped(error, secrets)
    expect(error).to.include({code: 'ROTATE_INFISICAL_ANSWER'})
    expect(error.message).to.include('more than 32 MB')
    expect(asked).to.equal(1)
  })

  it('leaves off when it is interrupted while it waits', async function () {
    const {clock, give, infisical} = settingWith()
    const interrupt = new AbortController()
    infisical.faults.arm({kind: '500', match: {method: 'PATCH'}, times: 99})
    const writing = errorOf(Interrupted, give(undefined, {signal: interrupt.signal}))
    await clock.advance(100)
    interrupt.abort(new Interrupted())
    await writing
    expect(calls(infisical)).to.deep.equal(['GET v4 200', 'PATCH v4 500'])
  })
})
