import {expect} from 'chai'

import {poll} from '../../../../src/lib/heroku/poll.js'
import {virtualClock} from '../../../sandbox/sandbox.js'
import {failureOf} from '../../../support/failure.js'

/** Asks about something that happens after `happensMs`. */
async function pollFor(happensMs: number, timeoutMs: number, parallelism?: number) {
  const clock = virtualClock()
  const began = clock.now()
  const times: number[] = []
  const answer = await poll({clock, parallelism, signal: new AbortController().signal, timeoutMs}, async () => {
    const time = clock.now() - began
    times.push(time)
    return time >= happensMs ? 'happened' : undefined
  })
  return {answer, asked: times.length, times, took: clock.now() - began}
}

describe('poll', function () {
  it('asks at once, and once where that is enough', async function () {
    expect(await pollFor(0, 60_000)).to.deep.equal({answer: 'happened', asked: 1, times: [0], took: 0})
  })

  it('takes every answer but undefined for one', async function () {
    const bounds = {clock: virtualClock(), signal: new AbortController().signal, timeoutMs: 1000}
    expect(await poll(bounds, async () => false)).to.equal(false)
    expect(await poll(bounds, async () => 0)).to.equal(0)
  })

  const bounds: [seconds: number, asks: number][] = [[1, 5], [2, 9], [10, 24], [30, 33], [60, 42], [180, 68], [600, 152]]
  for (const [seconds, asks] of bounds) {
    it(`asks at most ${asks} times about what takes ${seconds} s`, async function () {
      expect((await pollFor(seconds * 1000, 3_600_000)).asked).to.be.at.most(asks)
    })
  }

  it('sees what happened within a quarter of a second, an eighth of the time it took, or five seconds at most', async function () {
    for (const happens of [1, 249, 251, 1999, 2001, 7777, 30_000, 59_000, 200_000]) {
      const {took} = await pollFor(happens, 3_600_000)
      expect(took - happens, String(happens)).to.be.at.most(Math.min(5000, Math.max(250, happens * 0.125)))
    }
  })

  for (const [parallelism, seconds, asks] of [[25, 2, 4], [37, 2, 3], [100, 1.9, 1], [100, 2, 2], [200, 1.9, 1], [200, 2, 2], [200, 60, 12], [1000, 60, 5]] as const) {
    it(`asks at most ${asks} times about what takes ${seconds} s, where ${parallelism} are waited for`, async function () {
      const {answer, asked, took} = await pollFor(seconds * 1000, 3_600_000, parallelism)
      expect([answer, asked <= asks], String(asked)).to.deep.equal(['happened', true])
      expect(took).to.be.at.most(seconds * 1000 + 15_000)
    })
  }

  it('asks a few as often as one, and many at least once before it gives up', async function () {
    expect((await pollFor(2000, 60_000, 10)).times).to.deep.equal((await pollFor(2000, 60_000)).times)
    expect((await pollFor(Infinity, 1000, 1000)).times).to.deep.equal([1000])
  })

  it('gives up when the time is over, not later, and asks once more then', async function () {
    for (const timeout of [0, 100, 1000, 60_000]) {
      const {answer, times, took} = await pollFor(Infinity, timeout)
      expect([answer, took, times.at(-1)]).to.deep.equal([null, timeout, timeout])
    }
  })

  it('passes on what the question fails with', async function () {
    const error = new Error('no')
    expect(await failureOf(poll({clock: virtualClock(), signal: new AbortController().signal, timeoutMs: 1000}, () => Promise.reject(error)))).to.equal(error)
  })

  it('ends its wait when interrupted, and asks no more', async function () {
    const clock = virtualClock()
    const controller = new AbortController()
    const reason = new Error('interrupted')
    let asked = 0
    const polled = failureOf(poll({clock, signal: controller.signal, timeoutMs: 60_000}, async () => {
      asked++
      return undefined
    }))
    await clock.sleep(10_000)
    const before = asked
    controller.abort(reason)
    expect(await polled).to.equal(reason)
    await clock.sleep(60_000)
    expect(asked).to.equal(before)
  })
})
