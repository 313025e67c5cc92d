import {expect} from 'chai'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import {createSandbox, realClock, virtualClock} from '../../sandbox/sandbox.js'
import {ask, failure} from './api-client.js'

describe('virtual clock', function () {
  it('wakes sleepers in order of due time, each at its own time', async function () {
    const clock = virtualClock(0)
    const woken: string[] = []
    const sleep = async (name: string, ms: number) => {
      await clock.sleep(ms)
      woken.push(`${name} at ${clock.now()}`)
    }

    await Promise.all([sleep('late', 3000), sleep('early', 1000), sleep('also early', 1000), sleep('at once', 0)])
    expect(woken).to.deep.equal(['at once at 0', 'early at 1000', 'also early at 1000', 'late at 3000'])
  })

  it('lets whoever is woken sleep again before anybody who is due later', async function () {
    const clock = virtualClock(0)
    const woken: number[] = []
    const poll = async () => {
      for (let count = 0; count < 3; count += 1) {
        await clock.sleep(100)
        woken.push(clock.now())
      }
    }

    await Promise.all([poll(), clock.sleep(250).then(() => woken.push(-1))])
    expect(woken).to.deep.equal([100, 200, -1, 300])
  })

  it('stands still while a file is written', async function () {
    const clock = virtualClock(0)
    const directory = await mkdtemp(path.join(tmpdir(), 'clock-'))
    const deadline = clock.sleep(1000)
    for (let count = 0; count < 5; count += 1) {
      await writeFile(path.join(directory, 'file'), 'x'.repeat(100_000), {flush: true})
    }

    expect(clock.now()).to.equal(0)
    await deadline
    await rm(directory, {recursive: true})
  })

  it('stands still during work it is told of', async function () {
    const clock = virtualClock(0)
    const deadline = clock.sleep(1000)
    const work = new Promise(resolve => {
      setTimeout(resolve, 20)
    })
    await clock.during(work)
    expect(clock.now()).to.equal(0)
    await deadline
    expect(clock.now()).to.equal(1000)
  })

  it('rejects a sleep with the reason of its signal', async function () {
    const clock = virtualClock(0)
    const reason = new Error('enough')
    const controller = new AbortController()
    const asleep = clock.sleep(1e9, controller.signal)
    controller.abort(reason)
    expect(await failure(asleep)).to.equal(reason)
    expect(await failure(clock.sleep(1, controller.signal))).to.equal(reason)
    await clock.sleep(5)
    expect(clock.now()).to.equal(5)
  })

  it('drives latency: two requests at once take as long as one', async function () {
    const clock = virtualClock(0)
    const sandbox = createSandbox({clock, latencyMs: 80})
    await Promise.all([ask(sandbox, 'GET', '/account'), ask(sandbox, 'GET', '/apps')])
    expect(clock.now()).to.equal(80)
  })
})

describe('real clock', function () {
  it('passes faster with a speed', async function () {
    const clock = realClock(1000)
    const start = clock.now()
    await clock.sleep(5000)
    expect(clock.now() - start).to.be.within(4000, 1_000_000)
  })

  it('rejects a sleep with the reason of its signal', async function () {
    const reason = new Error('enough')
    const controller = new AbortController()
    const asleep = realClock().sleep(60_000, controller.signal)
    controller.abort(reason)
    expect(await failure(asleep)).to.equal(reason)
  })
})
