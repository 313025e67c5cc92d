import {expect} from 'chai'
import nock from 'nock'

import type {CallRequest} from '../../../../src/lib/heroku/transport.js'

import {PlatformError} from '../../../../src/lib/heroku/platform-error.js'
import {errorOf, failureOf} from '../../../support/failure.js'
import {call, DEADLINE_MS, HOST, onlyNock, token, wire} from './wire.js'

const ATTEMPTS = 6
const methods: CallRequest['method'][] = ['GET', 'PATCH', 'PUT', 'DELETE']

type Reply = (interceptor: nock.Interceptor) => nock.Scope

/** What may happen to a call, other than an answer to it. */
const accidents: Record<string, Reply> = {
  'a reset': interceptor => interceptor.replyWithError(Object.assign(new Error('read ECONNRESET'), {code: 'ECONNRESET'})),
  'a 500': interceptor => interceptor.reply(500, {id: 'internal_server_error', message: 'Internal server error.'}),
  'a 503': interceptor => interceptor.reply(503, 'no JSON'),
  'malformed JSON': interceptor => interceptor.reply(200, '{"id": '),
}

const limited: Reply = interceptor => interceptor.reply(429, {id: 'rate_limit', message: 'Your account reached the API rate limit'})

function on(method: CallRequest['method'], path = '/account'): nock.Interceptor {
  return nock(HOST).intercept(path, method)
}

describe('Transport', function () {
  onlyNock()

  it('sends the token, the version of the API, and a body as JSON', async function () {
    const {transport} = wire()
    const headers = {accept: 'application/vnd.heroku+json; version=3', authorization: `Bearer ${token}`, 'content-type': 'application/json', 'user-agent': 'unit', 'x-one': '1'}
    nock(HOST, {reqheaders: headers}).patch('/account', {name: 'value'}).reply(200, {id: 'a'}, {'request-id': 'r'})
    const {body, headers: answered, status} = await transport.send(call('PATCH', {body: {name: 'value'}, headers: {'x-one': '1'}}))
    expect([body, answered.get('request-id'), status]).to.deep.equal([{id: 'a'}, 'r', 200])
  })

  it('takes an empty answer for an empty object', async function () {
    on('DELETE').reply(202, '')
    expect(await wire().transport.send(call('DELETE'))).to.deep.include({body: {}, status: 202})
  })

  it('knows what the account has left after each answer, a refusal too', async function () {
    const {transport} = wire()
    expect(transport.remaining).to.equal(null)
    on('GET').reply(200, {}, {'ratelimit-remaining': '4497'})
    await transport.send(call('GET'))
    expect(transport.remaining).to.equal(4497)
    on('GET').reply(403, {}, {'ratelimit-remaining': '4496'})
    await failureOf(transport.send(call('GET')))
    on('GET').reply(200, {})
    await transport.send(call('GET'))
    expect(transport.remaining).to.equal(4496)
  })

  it('knows between which times Heroku is, whatever the clock of this machine says', async function () {
    const {clock, transport} = wire()
    expect([transport.earliest, transport.now]).to.deep.equal([null, clock.now()])
    const at = Date.UTC(2026, 5, 1, 8, 30, 5)
    on('GET').reply(200, {}, {date: new Date(at).toUTCString()})
    await transport.send(call('GET'))
    await clock.sleep(2500)
    expect([transport.earliest, transport.now]).to.deep.equal([at + 2500, at + 3500])
    on('GET').reply(403, {}, {date: 'Thu, 01 Jan 1970 00:00:00 GMT'})
    await failureOf(transport.send(call('GET')))
    on('GET').reply(200, {})
    await transport.send(call('GET'))
    expect(transport.now).to.equal(at + 3500)
  })

  describe('law: a create is never sent twice on a suspicion', function () {
    for (const [accident, reply] of Object.entries(accidents)) {
      it(`does not send a POST again after ${accident}`, async function () {
        const {transport} = wire()
        reply(on('POST'))
        const spare = on('POST').reply(201, {})
        const error = await errorOf(PlatformError, transport.send(call('POST', {body: {}})))
        expect(error.mayHaveApplied).to.equal(true)
        expect(transport.calls).to.equal(1)
        expect(spare.isDone()).to.equal(false)
      })
    }

    it('does not send a POST again after its deadline', async function () {
      const {clock, transport} = wire({isPatient: false})
      const began = clock.now()
      on('POST').delay(60_000).reply(201, {})
      const error = await errorOf(PlatformError, transport.send(call('POST', {body: {}})))
      expect([error.failure, error.mayHaveApplied, transport.calls]).to.deep.equal(['deadline', true, 1])
      expect(clock.now() - began).to.equal(DEADLINE_MS)
    })

    it('sends it again after a 429, which was refused before it was looked at', async function () {
      const {transport} = wire()
      limited(on('POST'))
      on('POST', '/account').reply(201, {id: 'made'})
      expect(await transport.send(call('POST', {body: {}}))).to.deep.include({body: {id: 'made'}, status: 201})
      expect(transport.calls).to.equal(2)
    })

    it('says of a 429 that stays that nothing was applied', async function () {
      const {transport} = wire()
      limited(nock(HOST).persist().post('/account'))
      const error = await errorOf(PlatformError, transport.send(call('POST', {body: {}})))
      expect([error.status, error.mayHaveApplied, transport.calls]).to.deep.equal([429, false, ATTEMPTS])
    })
  })

  for (const method of methods) {
    for (const [accident, reply] of [...Object.entries(accidents), ['a 429', limited] as const]) {
      it(`sends a ${method} again after ${accident}, with the same body`, async function () {
        const {transport} = wire()
        const body = method === 'PATCH' ? {name: 'value'} : undefined
        const bodies: unknown[] = []
        reply(on(method))
        reply(on(method))
        nock(HOST).intercept('/account', method, sent => bodies.push(sent) > 0).reply(200, {id: 'a'})
        const sent = await transport.send(call(method, body && {body}))
        expect(sent.body).to.deep.equal({id: 'a'})
        expect(bodies).to.deep.equal([body ?? ''])
        expect(transport.calls).to.equal(3)
      })
    }
  }

  it('gives a call up after six attempts, and tells of the last one', async function () {
    const {transport} = wire()
    nock(HOST).get('/account').times(ATTEMPTS - 1).reply(500, {}).get('/account').reply(503, {id: 'service_unavailable', message: 'Down.'}, {'request-id': 'last'})
    const error = await errorOf(PlatformError, transport.send(call('GET')))
    expect(error).to.include({failure: 'http', id: 'service_unavailable', requestId: 'last', status: 503})
    expect(transport.calls).to.equal(ATTEMPTS)
  })

  for (const status of [400, 401, 402, 403, 404, 406, 409, 410, 412, 416, 422]) {
    it(`takes a ${status} for an answer, and asks once`, async function () {
      const {transport} = wire()
      on('DELETE').reply(status, {app: {name: 'example-app'}, id: 'some_id', message: 'Some words.'}, {'request-id': 'r1,r2'})
      const error = await errorOf(PlatformError, transport.send(call('DELETE')))
      expect(error).to.include({app: 'example-app', failure: 'http', id: 'some_id', mayHaveApplied: false, requestId: 'r1,r2', status})
      expect(error.message).to.equal(`DELETE /account: ${status} Some words.`)
      expect(transport.calls).to.equal(1)
    })
  }

  it('tells the status where an error has no body', async function () {
    on('GET').reply(404, '')
    expect(await errorOf(PlatformError, wire().transport.send(call('GET')))).to.include({id: undefined, status: 404})
  })

  for (const status of [301, 302, 307, 308]) {
    it(`follows no redirect (${status}): the token goes nowhere else`, async function () {
      const elsewhere = nock('https://elsewhere.test').get('/account').reply(200, {})
      nock(HOST).persist().get('/account').reply(status, '', {location: 'https://elsewhere.test/account'})
      expect(await errorOf(PlatformError, wire().transport.send(call('GET')))).to.have.property('failure').that.is.oneOf(['http', 'network'])
      expect(elsewhere.isDone()).to.equal(false)
    })
  }

  it('names a redirect, and does not count a write that is answered by one as refused', async function () {
    on('POST').reply(303, '', {location: '/elsewhere'})
    const {transport} = wire()
    const error = await errorOf(PlatformError, transport.send(call('POST')))
    expect(error).to.include({failure: 'network', mayHaveApplied: true, message: 'POST /account: 303 redirects, which is not expected'})
    expect(transport.calls).to.equal(1)
  })

  for (const method of ['GET', 'POST'] as const) {
    it(`asks once (${method}) where the answer has more than 32 MB`, async function () {
      on(method).reply(200, `"${'x'.repeat(32 * 1024 * 1024)}"`)
      const {transport} = wire()
      const error = await errorOf(PlatformError, transport.send(call(method)))
      expect(error).to.include({failure: 'shape', mayHaveApplied: true, message: `${method} /account: the answer has more than 32 MB`})
      expect(transport.calls).to.equal(1)
    })
  }

  it('names a call by its path only, not by its query', async function () {
    on('GET', '/account?key=value').reply(404, {})
    expect(await errorOf(PlatformError, wire().transport.send(call('GET', {path: '/account?key=value'})))).to.have.property('message').that.does.not.include('value')
  })
})
