import {expect} from 'chai'

import {budgetOf, waitFor} from '../../../../src/lib/heroku/budget.js'
import {virtualClock} from '../../../sandbox/sandbox.js'
import {failureOf} from '../../../support/failure.js'

/** Calls of 100 ms, all asked for at once, to a pool that tells what is left. */
async function spendAll(calls: number, capacity: null | number) {
  const clock = virtualClock()
  const budget = budgetOf(clock, new AbortController().signal)
  const began = clock.now()
  let left = capacity ?? Infinity
  let inFlight = 0
  let most = 0
  let refused = 0
  await Promise.all(Array.from({length: calls}, () =>
    budget.spend(async () => {
      most = Math.max(most, ++inFlight)
      const refilled = capacity === null ? Infinity : left + ((clock.now() - began) * 75) / 60_000
      if (refilled < 1) refused++
      left--
      await clock.sleep(100)
      budget.learn(capacity === null ? null : Math.floor(left + ((clock.now() - began) * 75) / 60_000))
      inFlight--
    })))
  return {most, refused, tookMs: clock.now() - began}
}

describe('Budget', function () {
  it('lets many calls through at once while the pool is full, after the first have told', async function () {
    const {most, refused, tookMs} = await spendAll(100, 4500)
    expect([most > 50, refused, tookMs <= 300]).to.deep.equal([true, 0, true])
  })

  it('lets fewer through at once as the pool empties', async function () {
    const {most, refused} = await spendAll(60, 120)
    expect(most).to.be.within(2, 13)
    expect(refused).to.equal(0)
  })

  it('goes at the rate of the refill when the pool is too small, and none is refused', async function () {
    const {refused, tookMs} = await spendAll(300, 100)
    expect(refused).to.equal(0)
    expect(tookMs).to.be.within(0.95 * waitFor(300, 100), 1.1 * waitFor(300, 100) + 10_000)
  })

  it('holds nothing back where the platform does not tell what is left', async function () {
    const {most} = await spendAll(100, null)
    expect(most).to.be.greaterThan(50)
  })

  it('gives a call its turn after at most a minute, though others use up what is refilled', async function () {
    const clock = virtualClock()
    const budget = budgetOf(clock, new AbortController().signal)
    const empty = () => budget.spend(async () => budget.learn(0))
    await empty()
    const began = clock.now()
    await empty()
    expect(clock.now() - began).to.be.at.most(60_000)
  })

  it('stops waiting when interrupted, and lets the next one know', async function () {
    const clock = virtualClock()
    const controller = new AbortController()
    const budget = budgetOf(clock, controller.signal)
    await budget.spend(async () => budget.learn(0))
    const waiting = failureOf(budget.spend(async () => 'sent'))
    controller.abort(new Error('interrupted'))
    expect(await waiting).to.have.property('message', 'interrupted')
  })

  it('goes on after a call that failed', async function () {
    const budget = budgetOf(virtualClock(), new AbortController().signal)
    const failing = Array.from({length: 5}, () => failureOf(budget.spend(() => Promise.reject(new Error('no')))))
    expect(await Promise.all(failing)).to.have.length(5)
    expect(await budget.spend(async () => 'sent')).to.equal('sent')
  })
})
