import {expect} from 'chai'

import {realClock} from '../../../../src/lib/system/clock.js'
import {failureOf} from '../../../support/failure.js'

const DAY_MS = 86_400_000

describe('the real clock', function () {
  const waited: number[] = []
  const clock = realClock(async ms => {
    waited.push(ms)
  })

  beforeEach('forgets', function () {
    waited.length = 0
  })

  for (const days of [0, 1, 24, 25, 50, 365]) {
    it(`sleeps ${days} days, with no timer that is too long for Node`, async function () {
      await clock.sleep(days * DAY_MS)
      expect(waited.reduce((sum, ms) => sum + ms, 0)).to.equal(days * DAY_MS)
      expect(Math.max(...waited)).to.be.below(2 ** 31)
    })
  }

  it('goes on as before where the clock of the machine is set meanwhile', async function () {
    const real = Date.now
    const before = clock.now()
    try {
      Date.now = () => real() + DAY_MS
      expect(clock.now() - before).to.be.within(0, 60_000)
      expect(Math.abs(before - real())).to.be.below(60_000)
    } finally {
      Date.now = real
    }
  })

  it('wakes with the reason of an interrupt', async function () {
    const interrupt = new AbortController()
    const reason = new Error('interrupted')
    const asleep = failureOf(realClock().sleep(100 * DAY_MS, interrupt.signal))
    interrupt.abort(reason)
    expect(await asleep).to.equal(reason)
  })
})
