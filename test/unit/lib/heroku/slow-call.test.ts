import {expect} from 'chai'

import type {ProgressEvent} from '../../../../src/lib/ports.js'

import {PlatformError} from '../../../../src/lib/heroku/platform-error.js'
import {patienceBy, watchCall} from '../../../../src/lib/heroku/slow-call.js'
import {virtualClock} from '../../../sandbox/sandbox.js'

describe('a call that takes long', function () {
  const lost = new PlatformError('GET /apps: connection failed', {failure: 'network'})
  const broken = new PlatformError('GET /apps: 503', {failure: 'http', status: 503})

  function watched(path = '/apps/example-console/config-vars') {
    const events: ProgressEvent[] = []
    const clock = virtualClock()
    const call = watchCall({attempts: 6, patience: patienceBy(clock), path, report: event => events.push(event)})
    return {call, clock, told: () => events.map(event => ('text' in event ? event.text : ''))}
  }

  it('is told after five seconds, and no more once it is answered', async function () {
    const {call, clock, told} = watched()
    await clock.sleep(4900)
    expect(told()).to.deep.equal([])
    await clock.sleep(200)
    expect(told()).to.deep.equal(['example-console: Heroku does not answer yet'])
    call.over()
    expect(told().at(-1)).to.equal('')
  })

  it('is told each time that it is tried again, and why', async function () {
    const {call, clock, told} = watched()
    call.again(2, lost)
    expect(told()).to.deep.equal([])
    await clock.sleep(6000)
    call.again(3, lost)
    call.again(4, broken)
    expect(told().slice(1)).to.deep.equal(['example-console: Heroku does not answer, trying again (3 of 6)', 'example-console: Heroku answers 503, trying again (4 of 6)'])
  })

  it('is not told where it is answered in time', async function () {
    const {call, clock, told} = watched()
    call.again(2, lost)
    call.over()
    await clock.sleep(60_000)
    expect(told()).to.deep.equal([])
  })

  it('names no app where it is of none', async function () {
    const {clock, told} = watched('/oauth/authorizations')
    await clock.sleep(6000)
    expect(told()).to.deep.equal(['Heroku does not answer yet'])
  })
})
