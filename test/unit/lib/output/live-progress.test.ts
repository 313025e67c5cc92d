import {expect} from 'chai'

import type {ProgressEvent} from '../../../../src/lib/ports.js'

import {glyphsFor} from '../../../../src/lib/output/glyphs.js'
import {liveProgress} from '../../../../src/lib/output/live-progress.js'
import {nameOf} from '../../../../src/lib/output/names.js'
import {stylesFor} from '../../../../src/lib/output/styles.js'

/** A terminal that keeps what was drawn last. */
function terminal(columns = 80, rows = 40, env: NodeJS.ProcessEnv = {}) {
  const drawn: string[] = []
  const screen = {cleared: 0, done: 0, drawn, stopped: 0, time: 0}
  let tick = () => {}
  const update = Object.assign((text: string) => {
    screen.drawn.push(text)
  }, {
    clear() {
      screen.cleared++
    },
    done() {
      screen.done++
    },
  })
  const progress = liveProgress({
    columns: () => columns,
    every(callback) {
      tick = callback
      return () => {
        screen.stopped++
      }
    },
    glyphs: glyphsFor(env),
    nameOf: id => nameOf(id),
    now: () => screen.time,
    rows: () => rows,
    update,
  }, stylesFor('stderr', {NO_COLOR: '1'}))
  return {
    ...progress,
    last: () => screen.drawn.at(-1)?.split('\n') ?? [],
    report(...events: ProgressEvent[]) {
      for (const event of events) progress.report(event)
    },
    screen,
    tick: () => tick(),
  }
}

const started = (name: string): ProgressEvent => ({name, state: 'started', type: 'phase'})
const done = (name: string, seconds = 0.2, detail = 'ok'): ProgressEvent => ({detail, name, seconds, state: 'done', type: 'phase'})
const consumer = (id: string, detail: string, state: 'active' | 'done' | 'failed' = 'active'): ProgressEvent => ({detail, id, state, type: 'consumer'})

describe('liveProgress', function () {
  it('keeps one line for each phase', function () {
    const {last, report} = terminal()
    report(started('preflight'), done('preflight', 0.2, 'operator@example.com'), started('create'))
    expect(last()).to.deep.equal(['✓ preflight  operator@example.com', '⠋ create   '])
  })

  it('keeps one line for each app where several rotations are in a phase', function () {
    const {last, report} = terminal()
    report(started('one fanout'), started('other-one fanout'), consumer('a', 'writing'), consumer('b', 'writing'))
    expect(last()).to.deep.equal(['⠋ one fanout      ', '⠋ other-one fanout', '  ⠋ a  writing', '  ⠋ b  writing'])
    report(done('one fanout', 0.2, 'held'))
    expect(last()).to.deep.equal(['✓ one fanout        held', '⠋ other-one fanout', '  ⠋ a  writing', '  ⠋ b  writing'])
    report(done('other-one fanout', 0.2, 'held'), started('one verify'))
    expect(last().slice(2)).to.deep.equal(['⠋ one verify      '])
  })

  it('keeps one line for each app of the phase that runs', function () {
    const {last, report} = terminal()
    report(started('fanout'), consumer('a', 'writing'), consumer('b', 'writing'), consumer('a', 'v4 up', 'done'))
    expect(last()).to.deep.equal(['⠋ fanout   ', '  ✓ a  v4 up', '  ⠋ b  writing'])
  })

  it('folds the apps away when the phase is done', function () {
    const {last, report} = terminal()
    report(started('fanout'), consumer('a', 'v4 up', 'done'), done('fanout'))
    expect(last()).to.deep.equal(['✓ fanout     ok'])
  })

  it('does not carry apps and notes over into the next phase', function () {
    const {last, report} = terminal()
    report(started('fanout'), consumer('a', 'v4 up', 'done'), {text: 'a note', type: 'note'}, done('fanout'), started('verify'))
    expect(last()).to.deep.equal(['✓ fanout     ok', '⠋ verify   '])
  })

  it('shows a failure where it happened', function () {
    const {last, report} = terminal()
    report(started('fanout'), consumer('a', 'release v4 failed', 'failed'))
    expect(last()).to.include('  ✗ a  release v4 failed')
    report({detail: 'release v4 failed', name: 'fanout', state: 'failed', type: 'phase'})
    expect(last()).to.deep.equal(['✗ fanout     release v4 failed'])
  })

  it('shows what was skipped as such', function () {
    const {last, report} = terminal()
    report({name: 'drain', state: 'skipped', type: 'phase'})
    expect(last()).to.deep.equal(['- drain    '])
  })

  it('keeps warnings above everything, to the end', function () {
    const {last, report} = terminal()
    report(started('create'), {text: 'careful', type: 'warning'}, done('create'), started('validate'))
    expect(last()[0]).to.equal('warning: careful')
  })

  it('turns and counts seconds with every tick, from the first one on', function () {
    const {last, report, screen, tick} = terminal()
    report(started('drain'))
    expect(last()).to.deep.equal(['⠋ drain    '])
    screen.time = 2400
    tick()
    expect(last()).to.deep.equal(['⠙ drain      2.4 s'])
    screen.time = 75_000
    tick()
    expect(last()[0]).to.include('75 s')
  })

  it('shows what a phase took, where it took a second or more', function () {
    const {last, report} = terminal()
    report(started('create'), done('create', 0.9), started('fanout'), done('fanout', 130))
    expect(last()).to.deep.equal(['✓ create     ok', '✓ fanout     ok  2 min 10 s'])
  })

  it('draws no line that is wider than the terminal', function () {
    for (const columns of [20, 33, 80]) {
      const {report, screen, tick} = terminal(columns)
      const long = 'x'.repeat(200)
      report(started('fanout'), consumer('heroku-config:a', long), {text: long, type: 'note'}, {text: long, type: 'warning'})
      screen.time = 5000
      tick()
      report({detail: long, name: 'fanout', state: 'failed', type: 'phase'})
      for (const line of screen.drawn.flatMap(text => text.split('\n'))) expect(line, line).to.have.length.at.most(columns)
    }
  })

  it('leaves the screen to a question until it is answered, whatever happens meanwhile', function () {
    const {last, pause, report, screen, tick} = terminal()
    report(started('fanout'), consumer('a', 'writing'))
    const goOn = pause()
    const drawn = screen.drawn.length
    tick()
    report(consumer('b', 'writing'), {text: 'a note', type: 'note'})
    tick()
    expect([screen.cleared > 0, screen.drawn.length]).to.deep.equal([true, drawn])
    goOn()
    goOn()
    expect(last()).to.deep.equal(['⠹ fanout   ', '  ⠹ a  writing', '  ⠹ b  writing', '  a note'])
  })

  it('draws no more rows than there are: failed ones, then those that take longest, and how many more', function () {
    const {last, report, screen} = terminal(80, 12)
    report(done('preflight'), started('fanout'))
    for (let number = 1; number <= 30; number++) {
      screen.time += 1000
      report(consumer(`app-${number}`, 'starting'))
    }

    for (let number = 1; number <= 12; number++) report(consumer(`app-${number}`, 'up', 'done'))
    report(consumer('app-20', 'release failed', 'failed'))
    expect(last()).to.have.length.at.most(12)
    expect(last().slice(1, 4)).to.deep.equal(['⠋ fanout     12 of 30 done  30 s', '  ✗ app-20  release failed', '  ⠋ app-13  starting'])
    expect(last().at(-1)).to.equal('  … 23 more')
  })

  it('draws anew where a row above another one goes away, which log-update loses', function () {
    const {report, screen} = terminal()
    report(started('one'), started('other'), consumer('a', 'x'), done('one'))
    const before = screen.cleared
    report(done('other'), started('next'))
    expect(screen.cleared).to.be.above(before)
  })

  it('uses letters where the locale has nothing else', function () {
    const {last, report} = terminal(80, 40, {LANG: 'C'})
    report(done('preflight'), started('create'), {detail: 'no', name: 'drain', state: 'failed', type: 'phase'})
    expect(last()).to.deep.equal(['ok preflight  ok', '| create   ', 'x drain      no'])
  })

  it('leaves the last picture on the terminal when it stops', function () {
    const {last, report, screen, stop} = terminal()
    report(started('create'), done('create'))
    stop()
    expect([last(), screen.done, screen.stopped]).to.deep.equal([['✓ create     ok'], 1, 1])
  })
})
