import {expect} from 'chai'
import nock from 'nock'

import {PlatformError} from '../../../../src/lib/heroku/platform-error.js'
import {errorOf, failureOf} from '../../../support/failure.js'
import {call, DEADLINE_MS, HOST, onlyNock, wire} from './wire.js'

/** Milliseconds that passed between the calls. */
async function waitsBetween(replies: [status: number, headers: Record<string, string>][], random = 1): Promise<number[]> {
  const {clock, transport} = wire({random: () => random})
  const times: number[] = []
  let scope = nock(HOST)
  const answer = (status: number, headers: Record<string, string>) => {
    scope = scope.get('/account').reply(() => {
      times.push(clock.now())
      return [status, {}, headers]
    })
  }

  for (const [status, headers] of replies) answer(status, headers)
  answer(200, {})
  await transport.send(call('GET'))
  return times.slice(1).map((time, index) => time - (times[index] ?? 0))
}

const times = <T>(count: number, value: T): T[] => Array.from({length: count}, () => value)

describe('the waits of Transport', function () {
  onlyNock()

  it('double after a 500', async function () {
    expect(await waitsBetween(times(5, [500, {}]))).to.deep.equal([250, 500, 1000, 2000, 4000])
  })

  it('are longer after a 429, for asking at once only spends what was refilled, and bounded', async function () {
    expect(await waitsBetween(times(5, [429, {}]))).to.deep.equal([2000, 4000, 8000, 16_000, 30_000])
  })

  it('are spread over half of it, so that many clients do not come back together', async function () {
    expect(await waitsBetween(times(3, [500, {}]), 0)).to.deep.equal([125, 250, 500])
    expect(await waitsBetween(times(3, [500, {}]), 0.5)).to.deep.equal([187.5, 375, 750])
  })

  it('are what Retry-After says of a 429', async function () {
    expect(await waitsBetween([[429, {'retry-after': '7'}], [429, {'retry-after': '0'}]])).to.deep.equal([7000, 0])
  })

  it('are bounded, whatever Retry-After says', async function () {
    expect(await waitsBetween([[429, {'retry-after': '86400'}]])).to.deep.equal([300_000])
  })

  for (const nonsense of ['-3', 'soon', 'Thu, 15 Jan 2026 12:00:00 GMT', '']) {
    it(`are our own where Retry-After is "${nonsense}"`, async function () {
      expect(await waitsBetween([[429, {'retry-after': nonsense}]])).to.deep.equal([2000])
    })
  }

  it('come after the deadline of the call that is repeated', async function () {
    const {clock, transport} = wire({isPatient: false})
    const began = clock.now()
    nock(HOST).get('/account').times(6).delay(60_000).reply(200, {})
    const error = await errorOf(PlatformError, transport.send(call('GET')))
    expect(error).to.include({failure: 'deadline', message: 'GET /account: no answer within 30 seconds', status: undefined})
    expect(clock.now() - began).to.equal(6 * DEADLINE_MS + 250 + 500 + 1000 + 2000 + 4000)
  })

  it('leave no timer behind when the answer has come', async function () {
    const {clock, transport} = wire()
    nock(HOST).get('/account').reply(200, {})
    const began = clock.now()
    await transport.send(call('GET'))
    await clock.sleep(1)
    expect(clock.now() - began).to.equal(1)
  })
})

describe('Transport, when interrupted', function () {
  onlyNock()
  const reason = new Error('interrupted')

  it('sends nothing more', async function () {
    const {interrupt, transport} = wire()
    const scope = nock(HOST).get('/account').reply(200, {})
    interrupt(reason)
    expect(await failureOf(transport.send(call('GET')))).to.equal(reason)
    expect([transport.calls, scope.isDone()]).to.deep.equal([0, false])
  })

  it('ends a wait at once, and does not come back', async function () {
    const {clock, interrupt, transport} = wire()
    const scope = nock(HOST).get('/account').reply(500, {}).get('/account').reply(200, {})
    const began = clock.now()
    const sent = failureOf(transport.send(call('GET')))
    await clock.sleep(100)
    interrupt(reason)
    expect(await sent).to.equal(reason)
    expect([transport.calls, scope.isDone(), clock.now() - began]).to.deep.equal([1, false, 100])
  })

  it('lets a call in flight come to its end, and gives its answer', async function () {
    const {interrupt, transport} = wire()
    nock(HOST).post('/account').reply(() => {
      interrupt(reason)
      return [201, {id: 'made'}]
    })
    expect(await transport.send(call('POST', {body: {}}))).to.deep.include({body: {id: 'made'}})
  })

  it('does not repeat a call in flight that fails', async function () {
    const {interrupt, transport} = wire()
    nock(HOST).get('/account').reply(() => {
      interrupt(reason)
      return [500, {}]
    }).get('/account').reply(200, {})
    expect(await failureOf(transport.send(call('GET')))).to.equal(reason)
    expect(transport.calls).to.equal(1)
  })
})
