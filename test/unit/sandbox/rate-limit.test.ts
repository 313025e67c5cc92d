import {expect} from 'chai'

import {createSandbox, virtualClock} from '../../sandbox/sandbox.js'
import {ask, at} from './api-client.js'

function smallPool(retryAfterHeader = false) {
  const clock = virtualClock()
  return {clock, sandbox: createSandbox({clock, rateLimit: {capacity: 2, perMinute: 60}, switches: {retryAfterHeader}})}
}

describe('rate limit of the sandbox', function () {
  it('answers 429 when the pool is empty, and refills it steadily', async function () {
    const {clock, sandbox} = smallPool()
    await ask(sandbox, 'GET', '/account')
    await ask(sandbox, 'GET', '/account')
    const refused = await ask(sandbox, 'GET', '/account')
    expect([refused.status, at(refused.body, 'id'), refused.headers.get('ratelimit-remaining')]).to.deep.equal([429, 'rate_limit', '0'])
    expect(refused.headers.get('retry-after')).to.equal(null)
    await clock.advance(1000)
    expect(await ask(sandbox, 'GET', '/account')).to.have.property('status', 200)
    expect(await ask(sandbox, 'GET', '/account')).to.have.property('status', 429)
  })

  it('tells what remains for nothing', async function () {
    const {sandbox} = smallPool()
    await ask(sandbox, 'GET', '/account')
    for (let count = 0; count < 3; count += 1) {
      expect((await ask(sandbox, 'GET', '/account/rate-limits')).body).to.deep.equal({remaining: 1})
    }
  })

  it('says when to come back only when the switch says so', async function () {
    const {sandbox} = smallPool(true)
    sandbox.world.rateLimiter.spend(2)
    expect((await ask(sandbox, 'GET', '/account')).headers.get('retry-after')).to.equal('1')
  })

  it('holds 4500 calls and refills 75 a minute', async function () {
    const clock = virtualClock()
    const sandbox = createSandbox({clock})
    sandbox.world.rateLimiter.spend(4500)
    await clock.advance(60_000)
    expect((await ask(sandbox, 'GET', '/account/rate-limits')).body).to.deep.equal({remaining: 75})
  })
})
