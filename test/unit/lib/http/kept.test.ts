import {expect} from 'chai'
import {subscribe, unsubscribe} from 'node:diagnostics_channel'
import {once} from 'node:events'
import {createServer, type IncomingMessage, type RequestListener, type Server} from 'node:http'
import {createServer as createTlsServer} from 'node:https'

import {networkReason} from '../../../../src/lib/http/answer.js'
import {type Answer, exchange, MOST} from '../../../../src/lib/http/call.js'
import {DeadlineExceeded, withDeadline} from '../../../../src/lib/http/deadline.js'
import {keptFetch} from '../../../../src/lib/http/kept.js'
import {makeCertificate} from '../../../e2e/way-to-the-sandbox.js'
import {realClock} from '../../../sandbox/sandbox.js'
import {errorOf, failureOf} from '../../../support/failure.js'
import {tempRoot} from '../../../support/temp-root.js'
import {overSockets} from './over-sockets.js'

const urlOf = (server: Server, protocol = 'http') => {
  const address = server.address()
  return typeof address === 'object' ? `${protocol}://127.0.0.1:${address?.port}` : ''
}

describe('connections that are kept', function () {
  overSockets()
  const root = tempRoot()
  let server: Server
  let url: string
  let handler: RequestListener
  let asked: IncomingMessage[]
  let connections: number
  let fetch: ReturnType<typeof keptFetch>

  beforeEach(async function () {
    asked = []
    connections = 0
    fetch = keptFetch()
    handler = (_, response) => response.end('{}')
    server = createServer((request, response) => {
      asked.push(request)
      request.resume()
      handler(request, response)
    })
    server.on('connection', () => connections++)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    url = urlOf(server)
  })

  afterEach(function () {
    server.closeAllConnections()
    server.close()
  })

  const signal = () => new AbortController().signal
  const ask = (method = 'GET', init: {body?: string; headers?: Record<string, string>} = {}): Promise<Answer> => exchange(fetch, url, {...init, method, signal: signal()}, MOST.page)

  it('are used again for the next call, and no more are made than calls are in flight', async function () {
    for (let call = 0; call < 5; call++) await ask()
    expect(connections).to.equal(1)
    await Promise.all(Array.from({length: 4}, () => ask()))
    expect(connections).to.be.at.most(4)
  })

  it('carry the first of many calls before the last are made', async function () {
    let made = 0
    let early = 0
    const count = () => made++
    subscribe('http.client.request.start', count)
    handler = (_, response) => {
      early ||= made
      response.end('{}')
    }

    await Promise.all(Array.from({length: 400}, () => ask())).finally(() => unsubscribe('http.client.request.start', count))
    expect([made, early < 100]).to.deep.equal([400, true])
  })

  it('are not taken for a POST, which could not be repeated where the server closes one in the same moment', async function () {
    await ask()
    await ask('POST', {body: '{}'})
    expect(connections).to.equal(2)
  })

  it('are not used again after an answer that was not read to its end', async function () {
    handler = (_, response) => response.end(Buffer.alloc(MOST.page + 1))
    await failureOf(ask())
    handler = (_, response) => response.end('{}')
    await ask()
    expect(connections).to.equal(2)
  })

  it('carry method, headers and body as they are', async function () {
    let body = ''
    handler = (request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text
      }).on('end', () => response.end())
    }

    await ask('PATCH', {body: '{"é":1}', headers: {authorization: 'Bearer x'}})
    expect(asked[0]).to.deep.include({method: 'PATCH', url: '/'})
    expect(asked[0]?.headers).to.include({'accept-encoding': 'gzip', authorization: 'Bearer x', 'content-length': '8'})
    expect(body).to.equal('{"é":1}')
  })

  it('send no login of an address', async function () {
    await errorOf(TypeError, exchange(fetch, url.replace('//', '//name:word@'), {signal: signal()}, MOST.page))
    expect(asked).to.have.length(0)
  })

  it('send nothing after the abort', async function () {
    await failureOf(exchange(fetch, url, {signal: AbortSignal.abort()}, MOST.page))
    expect(asked).to.have.length(0)
  })

  it('end at the deadline where there are no headers, and hang up', async function () {
    let hungUp: Promise<unknown> = Promise.resolve()
    handler = (_, response) => {
      hungUp = once(response, 'close')
    }

    await errorOf(DeadlineExceeded, withDeadline({clock: realClock(), ms: 100}, deadline => exchange(fetch, url, {signal: deadline}, MOST.page)))
    await hungUp
  })

  it('are not waited for at the end of an answer that breaks off', async function () {
    handler = (_, response) => response.writeHead(200, {'content-length': '100'}).write('{', () => response.destroy())
    expect(networkReason(await failureOf(ask()))).to.equal('connection failed (ECONNRESET)')
  })

  it('are not waited for where nobody listens', async function () {
    expect(networkReason(await failureOf(exchange(fetch, 'http://127.0.0.1:9', {signal: signal()}, MOST.page)))).to.equal('connection failed (ECONNREFUSED)')
  })

  it('read an answer as text that says it is zipped and is not', async function () {
    handler = (_, response) => response.writeHead(200, {'content-encoding': 'gzip'}).end('no gzip')
    expect(networkReason(await failureOf(ask()))).to.equal('connection failed (Z_DATA_ERROR)')
  })

  it('are not made to a server whose certificate nobody known has signed', async function () {
    const certificate = await makeCertificate(root())
    if (!certificate) return
    const tls = createTlsServer(certificate, (_, response) => response.end())
    await once(tls.listen(0, '127.0.0.1'), 'listening')
    const failure = await failureOf(exchange(fetch, urlOf(tls, 'https'), {signal: signal()}, MOST.page))
    tls.close()
    expect(networkReason(failure)).to.include('connection failed (DEPTH_ZERO_SELF_SIGNED_CERT)').and.include('NODE_EXTRA_CA_CERTS')
  })
})
