import {expect} from 'chai'
import {once} from 'node:events'
import {createServer, type Server} from 'node:http'

import {networkReason} from '../../../../src/lib/http/answer.js'
import {DeadlineExceeded, withDeadline} from '../../../../src/lib/http/deadline.js'
import {realClock} from '../../../sandbox/sandbox.js'
import {errorOf, failureOf} from '../../../support/failure.js'

describe('a deadline', function () {
  const clock = realClock()
  let server: Server
  let url: string

  // Headers at once, and then the beginning of a body that never ends.
  before(async function () {
    server = createServer((_request, response) => response.writeHead(200).write('{'))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const address = server.address()
    url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
  })

  after(function () {
    server.closeAllConnections()
    server.close()
  })

  const bodyWithin = (ms: number, signal?: AbortSignal) =>
    withDeadline({clock, ms, ...(signal ? {signal} : {})}, async deadline => (await fetch(url, {signal: deadline})).text())

  it('ends a call whose body never ends', async function () {
    const error = await errorOf(DeadlineExceeded, bodyWithin(100))
    expect(networkReason(error)).to.equal('no answer within 0.1 seconds')
  })

  it('is not what a call failed of before', async function () {
    const error = await failureOf(withDeadline({clock, ms: 60_000}, async () => fetch('http://127.0.0.1:9/')))
    expect(error).not.to.be.instanceOf(DeadlineExceeded)
    expect(networkReason(error)).to.match(/^connection failed/)
  })

  it('gives way to an interrupt, whose reason the call then fails with', async function () {
    const interrupt = new AbortController()
    const reason = new Error('interrupted')
    const asked = failureOf(bodyWithin(60_000, interrupt.signal))
    interrupt.abort(reason)
    expect(await asked).to.equal(reason)
    expect(await failureOf(bodyWithin(60_000, interrupt.signal))).to.equal(reason)
  })
})
