import {expect} from 'chai'
import {once} from 'node:events'
import {createServer, type RequestListener, type Server} from 'node:http'
import {gzipSync} from 'node:zlib'

import type {Fetch} from '../../../../src/lib/ports.js'

import {AnswerTooLarge, exchange, MOST} from '../../../../src/lib/http/call.js'
import {DeadlineExceeded, withDeadline} from '../../../../src/lib/http/deadline.js'
import {keptFetch} from '../../../../src/lib/http/kept.js'
import {virtualClock} from '../../../sandbox/sandbox.js'
import {errorOf} from '../../../support/failure.js'
import {overSockets} from './over-sockets.js'

const MB = 1024 * 1024
const oneMegabyte = gzipSync(Buffer.alloc(MB))
const fetches: [name: string, make: () => Fetch][] = [['fetch', () => (url, init) => fetch(url, init)], ['connections that are kept', keptFetch]]

for (const [name, make] of fetches) describe(`one exchange, by ${name}`, function () {
  overSockets()
  const realFetch = make()
  let server: Server
  let url: string
  let handler: RequestListener = () => {}
  let hangsUp = Promise.resolve()

  before('starts a server', async function () {
    server = createServer((request, response) => {
      hangsUp = once(response, 'close').then(() => {})
      handler(request, response)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const address = server.address()
    url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
  })

  after('stops it', function () {
    server.closeAllConnections()
    server.close()
  })

  const signal = () => new AbortController().signal
  const ask = (most: number = MOST.page) => exchange(realFetch, url, {signal: signal()}, most)

  it('tells the answer whole, up to the bound', async function () {
    handler = (_, response) => response.writeHead(201, {'x-one': '1'}).end('é'.repeat(MB / 2))
    const {headers, ok, status, text} = await ask()
    expect({ok, one: headers.get('x-one'), status}).to.deep.equal({ok: true, one: '1', status: 201})
    expect(text).to.equal('é'.repeat(MB / 2))
  })

  it('tells an answer without a body', async function () {
    handler = (_, response) => response.writeHead(204).end()
    expect((await ask()).text).to.equal('')
  })

  it('follows no redirect', async function () {
    let asked = 0
    handler = (_, response) => {
      asked++
      response.writeHead(302, {location: '/elsewhere'}).end()
    }

    expect(await ask()).to.include({ok: false, status: 302})
    expect(asked).to.equal(1)
  })

  it('ends one byte above the bound', async function () {
    handler = (_, response) => response.end(Buffer.alloc(MB + 1))
    expect((await errorOf(AnswerTooLarge, ask())).message).to.equal('the answer has more than 1 MB')
    handler = (_, response) => response.end(Buffer.alloc(MB))
    expect((await ask()).text).to.have.length(MB)
  })

  it('counts after the answer was decompressed', async function () {
    handler = (_, response) => response.writeHead(200, {'content-encoding': 'gzip'}).end(Buffer.concat(Array.from({length: 300}, () => oneMegabyte)))
    const before = process.memoryUsage().rss
    await errorOf(AnswerTooLarge, ask(MOST.api))
    expect((process.memoryUsage().rss - before) / MB).to.be.below(150)
  })

  it('cuts off a body without an end at the bound, and hangs up', async function () {
    const block = Buffer.alloc(64 * 1024, 'x')
    let sent = 0
    handler = (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(block)) sent += block.length
      }

      response.on('drain', more)
      more()
    }

    const before = process.memoryUsage().rss
    await errorOf(AnswerTooLarge, ask(MOST.api))
    await hangsUp
    expect(sent / MB).to.be.below(80)
    expect((process.memoryUsage().rss - before) / MB).to.be.below(200)
  })

  it('ends a body without an end at the deadline, though fetch does not hear the signal', async function () {
    handler = (_, response) => response.writeHead(200).write('{')
    const clock = virtualClock()
    const deaf: Fetch = (to, init) => clock.during(realFetch(to, {...init, signal: signal()}))
    const started = clock.now()
    const error = await errorOf(DeadlineExceeded, withDeadline({clock, ms: 30_000}, deadline => exchange(deaf, url, {signal: deadline}, MOST.api)))
    expect(error.message).to.equal('no answer within 30 seconds')
    expect(clock.now() - started).to.equal(30_000)
    await hangsUp
  })

  it('ends at the deadline where there are no headers, though fetch does not hear the signal', async function () {
    const clock = virtualClock()
    const deaf = () => new Promise<never>(() => {})
    await errorOf(DeadlineExceeded, withDeadline({clock, ms: 5000}, deadline => exchange(deaf, url, {signal: deadline}, MOST.api)))
  })

  it('reads nothing of an answer that comes after the deadline, and hangs up', async function () {
    const aborted = new AbortController()
    let isCancelled = false
    const body = new ReadableStream({
      cancel() {
        isCancelled = true
      },
    })
    const late = async () => {
      aborted.abort()
      return new Response(body)
    }

    await errorOf(Error, exchange(late, url, {signal: aborted.signal}, MOST.api))
    expect(isCancelled).to.equal(true)
  })
})
