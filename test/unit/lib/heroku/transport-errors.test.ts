import {expect} from 'chai'
import nock from 'nock'
import {createServer} from 'node:http'

import {PlatformError} from '../../../../src/lib/heroku/platform-error.js'
import {Transport} from '../../../../src/lib/heroku/transport.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {virtualClock} from '../../../sandbox/sandbox.js'
import {errorOf} from '../../../support/failure.js'
import {everythingIn, leaked} from '../../../support/leaks.js'
import {sampleToken} from '../../../support/sample-token.js'
import {call, HOST, onlyNock, token, wire} from './wire.js'

const incoming = sampleToken('in the body')
const secrets = [token, incoming]
const patch = call('PATCH', {body: {HEROKU_API_KEY: incoming}, path: '/apps/example-app/config-vars'})

type Answer = (interceptor: nock.Interceptor) => nock.Scope

const failures: Record<string, Answer> = {
  'a refusal': interceptor => interceptor.reply(403, {id: 'forbidden', message: 'No.'}),
  'a refusal that is no JSON': interceptor => interceptor.reply(422, `<html>${token}</html>`),
  'a refusal in another shape': interceptor => interceptor.reply(422, {id: {token}, message: [token]}),
  'a refusal that quotes what was sent': interceptor => interceptor.reply(422, {id: 'invalid_params', message: `${incoming} is too long for ${token}.`}),
  'a failure of the platform': interceptor => interceptor.reply(500, {token}),
  'a rate limit': interceptor => interceptor.reply(429, {token}),
  'an answer that is no JSON': interceptor => interceptor.reply(200, `{"access_token":"${incoming}`),
  'a reset': interceptor => interceptor.replyWithError(Object.assign(new Error(`socket of ${token}`), {code: 'ECONNRESET', request: {headers: {authorization: token}}})),
  'a failure without a code': interceptor => interceptor.replyWithError(new Error(`bad ${token}`)),
}

describe('the errors of Transport', function () {
  onlyNock()

  for (const [failure, answer] of Object.entries(failures)) {
    it(`hold no token after ${failure}: in no message, stack, property or cause`, async function () {
      const {transport} = wire()
      for (let attempt = 0; attempt < 6; attempt++) answer(nock(HOST).patch('/apps/example-app/config-vars'))
      const error = await errorOf(PlatformError, transport.send(patch))
      expect(leaked(everythingIn(error), secrets)).to.deep.equal([])
    })
  }

  it('hold none after a deadline', async function () {
    const {transport} = wire({isPatient: false})
    nock(HOST).post('/oauth/authorizations').delay(60_000).reply(201, {})
    const error = await errorOf(PlatformError, transport.send(call('POST', {body: {description: incoming}, path: '/oauth/authorizations'})))
    expect(leaked(everythingIn(error), secrets)).to.deep.equal([])
  })

  it('hold none where the token cannot be a header at all', async function () {
    const {transport} = wire()
    const broken = `${incoming}\nsecond line`
    const error = await errorOf(PlatformError, transport.send(call('POST', {token: new Secret(broken)})))
    expect(leaked(everythingIn(error), [incoming])).to.deep.equal([])
  })

  it('have neither a cause nor the request', async function () {
    nock(HOST).post('/account').replyWithError(Object.assign(new Error('read ECONNRESET'), {code: 'ECONNRESET'}))
    const error = await errorOf(PlatformError, wire().transport.send(call('POST')))
    expect(error.cause).to.equal(undefined)
    expect(Object.keys(error)).to.have.members(['app', 'failure', 'id', 'isRepeated', 'name', 'requestId', 'status'])
    expect(error.message).to.equal('POST /account: connection failed (ECONNRESET)')
  })
})

describe('the errors of Transport over a real socket', function () {
  async function refusedBy(answer: 'destroy' | 'half'): Promise<PlatformError> {
    const server = createServer((request, response) => {
      if (answer === 'destroy') request.socket.destroy()
      else {
        response.writeHead(200, {'content-length': '1000'})
        response.write('{')
        setImmediate(() => response.destroy())
      }
    })
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const clock = virtualClock()
    const transport = new Transport({
      baseUrl: `http://127.0.0.1:${port}`,
      clock,
      deadlineMs: 30_000,
      fetch: (url, init) => clock.during(fetch(url, init)),
      headers: {},
      random: {bytes: count => new Uint8Array(count), number: () => 0},
      signal: new AbortController().signal,
    })
    try {
      return await errorOf(PlatformError, transport.send(call('POST', {body: {token: incoming}})))
    } finally {
      server.close()
      server.closeAllConnections()
    }
  }

  for (const answer of ['destroy', 'half'] as const) {
    it(`hold no token after ${answer === 'destroy' ? 'a reset' : 'half an answer'}`, async function () {
      const error = await refusedBy(answer)
      expect(error).to.include({failure: 'network', mayHaveApplied: true})
      expect(leaked(everythingIn(error), secrets)).to.deep.equal([])
    })
  }
})
