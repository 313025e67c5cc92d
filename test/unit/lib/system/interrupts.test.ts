import {expect} from 'chai'

import {Interrupted} from '../../../../src/lib/errors.js'
import {type Interrupts, interrupts} from '../../../../src/lib/system/interrupts.js'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

describe('interrupts', function () {
  const before = new Map(SIGNALS.map(name => [name, process.rawListeners(name)]))
  let made: Interrupts | null = null
  let told = 0
  let heard: string[] = []

  const make = () => {
    made = interrupts(process, () => {
      told++
    })
    return made.signal
  }

  const first = () => {
    heard.push('first')
  }

  const second = () => {
    heard.push('second')
  }

  beforeEach('the CLI has handlers of its own', function () {
    told = 0
    heard = []
    for (const name of SIGNALS) {
      process.removeAllListeners(name)
      process.on(name, first)
    }
  })

  afterEach('gives the handlers of the test run back', function () {
    made?.release()
    for (const [name, listeners] of before) {
      process.removeAllListeners(name)
      for (const listener of listeners) process.on(name, (...args: unknown[]) => Reflect.apply(listener, process, args))
    }
  })

  for (const name of SIGNALS) {
    it(`aborts at the first ${name}, says so once, and lets the CLI's own handlers stand aside`, function () {
      const signal = make()
      expect(signal.aborted).to.equal(false)
      process.emit(name, name)
      expect(signal.aborted).to.equal(true)
      expect(signal.reason).to.be.instanceOf(Interrupted)
      expect([told, heard]).to.deep.equal([1, []])
    })
  }

  for (const name of SIGNALS) {
    it(`leaves the second one to the system, when that is ${name}`, function () {
      const sent: unknown[] = []
      const system = Object.create(process, {kill: {value: (...args: unknown[]) => sent.push(...args)}})
      made = interrupts(system, () => {
        told++
      })
      process.emit('SIGINT', 'SIGINT')
      expect(sent).to.deep.equal([])
      process.emit(name, name)
      expect(sent).to.deep.equal([process.pid, name])
      expect([told, process.listenerCount(name)]).to.deep.equal([1, 0])
    })
  }

  it('gives the handlers back when it is released', function () {
    for (const name of SIGNALS) process.on(name, second)
    make()
    made?.release()
    process.emit('SIGINT', 'SIGINT')
    expect([told, heard]).to.deep.equal([0, ['first', 'second']])
  })

  it('gives back a handler that listens once as one that listens once', function () {
    process.removeAllListeners('SIGINT')
    process.once('SIGINT', second)
    make()
    made?.release()
    process.emit('SIGINT', 'SIGINT')
    process.emit('SIGINT', 'SIGINT')
    expect(heard).to.deep.equal(['second'])
  })

  it('gives back handlers that whoever added them can remove', function () {
    make()
    made?.release()
    for (const name of SIGNALS) {
      process.removeListener(name, first)
      expect(process.listenerCount(name)).to.equal(0)
    }
  })

  it('can be released twice', function () {
    make()
    made?.release()
    made?.release()
    process.emit('SIGTERM', 'SIGTERM')
    expect(heard).to.deep.equal(['first'])
  })
})
