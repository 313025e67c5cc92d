import {expect} from 'chai'

import type {ProgressEvent} from '../../../../../src/lib/ports.js'

import {nameOf} from '../../../../../src/lib/output/names.js'
import {plainProgress} from '../../../../../src/lib/output/progress/plain-progress.js'
import {silentProgress} from '../../../../../src/lib/output/progress/progress.js'
import {stylesFor} from '../../../../../src/lib/output/styles.js'

function linesOf(...events: ProgressEvent[]): string[] {
  const written: string[] = []
  const progress = plainProgress({every: () => () => {}, nameOf: id => nameOf(id), now: () => 0, write: line => written.push(line)}, stylesFor('stderr', {NO_COLOR: '1'}))
  for (const event of events) progress.report(event)
  progress.pause()
  progress.stop()
  return written
}

describe('plainProgress', function () {
  it('writes a line when a phase starts and one when it is done', function () {
    const lines = linesOf({name: 'create', state: 'started', type: 'phase'}, {detail: 'made', name: 'create', seconds: 1.44, state: 'done', type: 'phase'})
    expect(lines).to.deep.equal(['create…\n', 'create: done, made, 1.4 s\n'])
  })

  it('leaves out how long it took where that was nothing', function () {
    expect(linesOf({name: 'create', seconds: 0.9, state: 'done', type: 'phase'})).to.deep.equal(['create: done\n'])
  })

  it('leaves out what is not known', function () {
    expect(linesOf({name: 'create', state: 'failed', type: 'phase'})).to.deep.equal(['create: failed\n'])
  })

  it('indents what belongs to a phase', function () {
    const lines = linesOf({detail: 'v4 up', id: 'heroku-config:example-app', state: 'done', type: 'consumer'}, {text: 'waiting', type: 'note'})
    expect(lines).to.deep.equal(['  example-app: v4 up\n', '  waiting\n'])
  })

  it('calls a warning one', function () {
    expect(linesOf({text: 'careful', type: 'warning'})).to.deep.equal(['warning: careful\n'])
  })

  it('tells the same thing once, however often it is polled', function () {
    const polled: ProgressEvent = {detail: 'v4, 0 of 1 dynos up', id: 'a', state: 'active', type: 'consumer'}
    expect(linesOf(polled, polled, polled)).to.have.length(1)
  })

  it('tells it of each app, and once, when several are polled in turn', function () {
    const polled: ProgressEvent = {detail: 'v4, 0 of 1 dynos up', id: 'a', state: 'active', type: 'consumer'}
    expect(linesOf(polled, {...polled, id: 'b'}, polled, {...polled, id: 'b'})).to.deep.equal(['  a: v4, 0 of 1 dynos up\n', '  b: v4, 0 of 1 dynos up\n'])
  })
})

describe('plainProgress of several rotations', function () {
  it('names the rotation of each phase', function () {
    expect(linesOf({name: 'fanout', rotation: 'app-token', state: 'started', type: 'phase'}, {name: 'fanout', rotation: 'app-token', seconds: 3, state: 'done', type: 'phase'}))
      .to.deep.equal(['app-token fanout…\n', 'app-token fanout: done, 3.0 s\n'])
  })
})

describe('plainProgress, where nothing happens', function () {
  it('says every ten seconds what is waited for, and how long it has been', function () {
    const written: string[] = []
    let [tick, time] = [() => {}, 0]
    const progress = plainProgress({
      every(callback) {
        tick = callback
        return () => {}
      },
      nameOf: id => nameOf(id),
      now: () => time,
      write: line => written.push(line),
    }, stylesFor('stderr', {LANG: 'C', NO_COLOR: '1'}))
    const pass = (seconds: number) => {
      time += seconds * 1000
      tick()
    }

    pass(10)
    progress.report({name: 'drain', state: 'started', type: 'phase'})
    pass(10)
    pass(10)
    pass(10)
    progress.report({name: 'drain', seconds: 31, state: 'done', type: 'phase'})
    pass(10)
    pass(10)
    expect(written).to.deep.equal(['drain...\n', 'drain: still running, 20 s\n', 'drain: still running, 30 s\n', 'drain: done, 31 s\n'])
  })
})

describe('silentProgress', function () {
  it('says nothing and takes everything', function () {
    silentProgress.report({text: 'careful', type: 'warning'})
    silentProgress.pause()
    expect(silentProgress.stop()).to.equal(undefined)
  })

  it('says every ten seconds how much longer it waits', function () {
    const written: string[] = []
    let [tick, time] = [() => {}, 0]
    const every = (callback: () => void) => {
      tick = callback
      return () => {}
    }

    const progress = plainProgress({every, nameOf: id => nameOf(id), now: () => time, write: line => written.push(line)}, stylesFor('stderr', {NO_COLOR: '1'}))
    progress.report({name: 'drain', state: 'started', type: 'phase'})
    progress.report({text: 'waiting for old dynos to stop', type: 'wait', until: 30_000})
    for (let tens = 1; tens <= 4; tens++) {
      time += 10_000
      tick()
    }

    expect(written).to.deep.equal([
      'drain…\n', '  waiting for old dynos to stop: 30 s left\n', '  waiting for old dynos to stop: 10 s left\n', 'drain: still running, 30 s\n', 'drain: still running, 40 s\n',
    ])
  })
})
