import {expect} from 'chai'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {inspect} from 'node:util'

import type {Fetch} from '../../../../src/lib/ports.js'
import type {ProbeAccess} from '../../../../src/lib/probes/probe.js'

import {Interrupted, RotationError} from '../../../../src/lib/errors.js'
import {httpProbe} from '../../../../src/lib/probes/http.js'
import {virtualClock} from '../../../sandbox/sandbox.js'
import {accessWith} from '../../../support/access.js'
import {errorOf, failureOf} from '../../../support/failure.js'
import {sampleToken} from '../../../support/sample-token.js'

type Answer = {body?: string; headers?: Record<string, string>; status?: number}
type Handler = (request: IncomingMessage, response: ServerResponse) => void

const session = sampleToken('session')

describe('probes of kind http', function () {
  const requests: IncomingMessage[] = []
  const server = createServer()
  let origin = ''
  let handler: Handler = () => {}

  before('starts a server', function (done) {
    server.on('request', (request, response) => {
      requests.push(request)
      handler(request, response)
    })
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      origin = address && typeof address === 'object' ? `http://127.0.0.1:${address.port}` : ''
      done()
    })
  })

  beforeEach('forgets what was asked', function () {
    requests.length = 0
  })

  after('stops it', function (done) {
    server.closeAllConnections()
    server.close(done)
  })

  /** One after the other; the last one again and again. */
  function answers(...list: Answer[]) {
    let count = 0
    handler = (_request, response) => {
      const {body = '', headers = {}, status = 200} = list[Math.min(count++, list.length - 1)] ?? {}
      response.writeHead(status, headers).end(body)
    }
  }

  const addressOf = (changes: Record<string, unknown> = {}) => httpProbe.address.parse({kind: 'http', private: true, url: `${origin}/health`, ...changes})

  function accessOf(changes: Partial<ProbeAccess> = {}) {
    const clock = virtualClock()
    const seen: string[] = []
    const fetch: Fetch = (url, init) => clock.during(globalThis.fetch(url, init))
    return {access: accessWith({clock, env: {HEROKU_API_KEY: session}, fetch, progress: detail => seen.push(detail), ...changes}), clock, seen}
  }

  const ask = (changes: Record<string, unknown> = {}, {access} = accessOf()) => httpProbe.run(addressOf(changes), access)
  const refusal = (changes: Record<string, unknown> = {}, given = accessOf()) => errorOf(RotationError, ask(changes, given))

  it('pass with any status of success', async function () {
    for (const status of [200, 204]) {
      answers({status})
      expect(await ask()).to.equal(`status ${status}`)
    }
  })

  it('fail with any other, and tell which', async function () {
    for (const status of [404, 500]) {
      answers({status})
      const error = await refusal({within: 1})
      expect(error).to.include({code: 'ROTATE_PROBE', exit: 'incomplete'})
      expect(error.happened).to.equal(`${origin}/health did not answer as expected within 1 seconds: status ${status}.`)
      expect(error.next).to.deep.equal([`curl -i '${origin}/health'`])
    }
  })

  it('pass with the status that is expected and no other', async function () {
    answers({status: 401})
    expect(await ask({status: 401})).to.equal('status 401')
    answers({status: 200})
    expect((await refusal({status: 401, within: 1})).happened).to.include('status 200')
  })

  it('pass with an answer in which what is expected is true', async function () {
    answers({body: '{"heroku_api":"ok","checks":[{"name":"db","up":true}]}'})
    expect(await ask({expect: 'heroku_api == \'ok\''})).to.equal('status 200, heroku_api == \'ok\' is true')
    expect(await ask({expect: 'heroku_api'})).to.equal('status 200, heroku_api is "ok"')
    expect(await ask({expect: 'checks[?up].name'})).to.include('is ["db"]')
    expect(await ask({expect: 'length(checks) > `0`'})).to.include('is true')
  })

  const untrue: [string, string, string][] = [
    ['false', '{"ok":false}', 'is false'],
    ['absent', '{}', 'is null'],
    ['empty', '{"ok":""}', 'is ""'],
    ['an empty list', '{"ok":[]}', 'is []'],
    ['an empty object', '{"ok":{}}', 'is {}'],
    ['in no JSON', '<html>', 'needs JSON'],
    ['in half an answer', '{"ok":', 'needs JSON'],
    ['in nothing', '', 'needs JSON'],
  ]
  for (const [what, body, seen] of untrue) {
    it(`fail when what is expected is ${what}`, async function () {
      answers({body})
      expect((await refusal({expect: 'ok', within: 1})).happened).to.include(`status 200, ok ${seen}`)
    })
  }

  it('fail when the expression does not fit the answer', async function () {
    answers({body: '{"n":1}'})
    expect((await refusal({expect: 'length(n) > `0`', within: 1})).happened).to.include('does not fit the answer')
  })

  it('do not look at the answer when the status is wrong', async function () {
    answers({body: '{"ok":true}', status: 503})
    expect((await refusal({expect: 'ok', within: 1})).happened).to.match(/: status 503\.$/)
  })

  it('are asked again until they pass', async function () {
    answers({status: 503}, {body: '{"ok":false}'}, {body: '{"ok":true}'})
    const given = accessOf()
    const started = given.clock.now()
    expect(await ask({expect: 'ok'}, given)).to.equal('status 200, ok is true')
    expect(given.seen).to.deep.equal(['status 503', 'status 200, ok is false', 'status 200, ok is true'])
    expect(given.clock.now() - started).to.be.within(500, 2000)
  })

  it('are given up after 120 seconds, or after those that are given', async function () {
    answers({status: 503})
    for (const [changes, seconds] of [[{}, 120], [{within: 7}, 7]] as const) {
      const given = accessOf()
      const started = given.clock.now()
      await refusal(changes, given)
      expect(given.clock.now() - started).to.equal(seconds * 1000)
    }
  })

  it('send the method and the headers that are given, and no token', async function () {
    for (const method of ['GET', 'HEAD', 'POST']) {
      answers({})
      await ask({headers: {'x-check': 'rotation'}, method})
    }

    expect(requests.map(({method, url}) => `${method} ${url}`)).to.deep.equal(['GET /health', 'HEAD /health', 'POST /health'])
    for (const {headers, rawHeaders} of requests) {
      expect(headers).to.include({'x-check': 'rotation'}).and.to.not.have.any.keys('authorization', 'cookie')
      expect(rawHeaders.join(' ')).to.not.include(session)
    }
  })

  it('follow a redirect, and tell where it ended', async function () {
    handler = (request, response) => {
      if (request.url === '/health') response.writeHead(302, {location: '/login?secret=1'}).end()
      else response.end('{"ok":true}')
    }

    expect(await ask({expect: 'ok'})).to.equal(`status 200 of ${origin}/login, ok is true`)
  })

  it('do not follow one that is expected', async function () {
    answers({headers: {location: '/elsewhere'}, status: 301})
    expect(await ask({status: 301})).to.equal('status 301')
    expect(requests).to.have.length(1)
  })

  it('give up on redirects that go round in a circle', async function () {
    answers({headers: {location: '/health'}, status: 302})
    expect((await refusal({within: 1})).happened).to.include('no usable answer')
  })

  it('ask no private address that the file does not allow, and are not asked again', async function () {
    answers({})
    const changes = {private: undefined}
    const error = await refusal(changes)
    expect(error).to.include({code: 'ROTATE_PRIVATE'})
    expect(error.happened).to.match(/^http:\/\/127\.0\.0\.1:\d+\/health: 127\.0\.0\.1:\d+ is an address of this machine/)
    expect(error.next.join(' ')).to.include('private: true')
    expect(await errorOf(RotationError, httpProbe.check(addressOf(changes), accessOf().access))).to.include({code: 'ROTATE_PRIVATE'})
    const url = `http://app.example.com:${new URL(origin).port}/`
    expect(await refusal({...changes, url}, accessOf({lookup: async () => ['10.0.0.1']}))).to.include({code: 'ROTATE_PRIVATE'})
    expect(requests).to.deep.equal([])
  })

  it('follow no redirect to a private address that the file does not allow', async function () {
    const asked: string[] = []
    const fetch: Fetch = async url => {
      asked.push(url)
      return new Response(null, {headers: {location: 'http://169.254.169.254/latest'}, status: 302})
    }

    const url = 'https://app.example.com/health'
    expect(await refusal({private: undefined, url}, accessOf({fetch}))).to.include({code: 'ROTATE_PRIVATE'})
    expect(asked).to.deep.equal([url])
  })

  it('are not passed by an answer of more than 1 MB', async function () {
    answers({body: 'x'.repeat(1024 * 1024 + 1)})
    expect((await refusal({within: 1})).happened).to.include('the answer has more than 1 MB')
  })

  it('tell why there is no connection', async function () {
    const closed = createServer()
    await new Promise<void>(resolve => {
      closed.listen(0, '127.0.0.1', resolve)
    })
    const address = closed.address()
    await new Promise(resolve => {
      closed.close(resolve)
    })
    const url = `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}/`
    expect((await refusal({url, within: 1})).happened).to.include('no connection (ECONNREFUSED)')
    expect(await errorOf(RotationError, httpProbe.check(addressOf({url}), accessOf().access))).to.include({code: 'ROTATE_PROBE'})
  })

  it('tell of a connection that breaks', async function () {
    handler = request => request.socket.destroy()
    expect((await refusal({within: 1})).happened).to.include('no connection (UND_ERR_SOCKET)')
  })

  it('do not wait longer than 15 seconds for one answer', async function () {
    const clock = virtualClock()
    const fetch: Fetch = (_url, {signal}) => new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason))
    })
    const started = clock.now()
    const error = await errorOf(RotationError, httpProbe.check(addressOf(), accessWith({clock, fetch})))
    expect(error.happened).to.include('no answer within 15 seconds')
    expect(clock.now() - started).to.equal(15_000)
  })

  it('stop when they are interrupted, also half way through an answer', async function () {
    const controller = new AbortController()
    handler = (_request, response) => {
      response.write('{')
      controller.abort(new Interrupted())
    }

    expect(await failureOf(ask({}, accessOf({signal: controller.signal})))).to.be.instanceOf(Interrupted)
    expect(await failureOf(ask({}, accessOf({signal: AbortSignal.abort(new Interrupted())})))).to.be.instanceOf(Interrupted)
  })

  it('show nothing of an answer that may be a token', async function () {
    const token = sampleToken('answered')
    answers({body: JSON.stringify({long: 'word '.repeat(100), token})})
    expect(await ask({expect: 'token'})).to.equal('status 200, token is "[hidden]"')
    expect((await ask({expect: 'long'})).length).to.be.lessThan(160)
  })

  it('are content beforehand with any answer, and change nothing', async function () {
    answers({status: 500})
    for (const method of ['GET', 'HEAD', 'POST']) await httpProbe.check(addressOf({method}), accessOf().access)
    expect(requests.map(({method}) => method)).to.deep.equal(['GET', 'HEAD', 'HEAD'])
  })

  it('take only what can be asked', function () {
    const refused = [
      {expect: 'a =='}, {expect: 'nope(a)'}, {expect: ''}, {expect: 'ok', method: 'HEAD'}, {method: 'DELETE'}, {status: 99}, {url: 'ftp://example.com'}, {url: 'health'},
      {url: 'http://ann:hush@example.com'}, {headers: {'a b': 'c'}}, {headers: {a: 'b\nc'}}, {within: 0}, {body: 'x'},
    ]
    for (const changes of refused) expect(httpProbe.address.safeParse({kind: 'http', url: origin, ...changes}).success, inspect(changes)).to.equal(false)
    for (const expression of ['length(a) > `0`', 'max(a)', 'sort_by(a, &b)[0]', 'a.b[?c == `1`] | [0]']) addressOf({expect: expression})
    expect(httpProbe.id(addressOf())).to.equal(`${origin}/health`)
  })
})
