import {expect} from 'chai'

import type {ProgressEvent} from '../../../../../src/lib/ports.js'

import {nameOf} from '../../../../../src/lib/output/names.js'
import {liveProgress} from '../../../../../src/lib/output/progress/live-progress.js'
import {stylesFor} from '../../../../../src/lib/output/styles.js'
import {widthOf} from '../../../../../src/lib/text/width.js'

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
    nameOf: id => nameOf(id),
    now: () => screen.time,
    rows: () => rows,
    update,
  }, stylesFor('stderr', {...env, NO_COLOR: '1'}))
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

const started = (name: string, more: {goal?: number; rotation?: string} = {}): ProgressEvent => ({name, ...more, state: 'started', type: 'phase'})
const done = (name: string, seconds = 0.2, detail = 'ok', more: {rotation?: string} = {}): ProgressEvent => ({detail, name, ...more, seconds, state: 'done', type: 'phase'})
const consumer = (id: string, detail: string, state: 'active' | 'done' | 'failed' = 'active'): ProgressEvent => ({detail, id, state, type: 'consumer'})

describe('liveProgress', function () {
  it('keeps one line for each phase', function () {
    const {last, report} = terminal()
    report(started('preflight'), done('preflight', 0.2, 'operator@example.com'), started('create'))
    expect(last()).to.deep.equal(['✓ preflight  operator@example.com', '⠋ create'])
  })

  it('keeps one line for each of several rotations, and one for each app that they share', function () {
    const {last, report, screen, tick} = terminal()
    const [one, other] = [{rotation: 'one'}, {rotation: 'other-one'}]
    report(started('create', one), done('create', 0.2, 'ok', one), started('create', other), done('create', 0.2, 'ok', other))
    report(started('fanout', one), started('fanout', other), consumer('a', 'writing'), consumer('b', 'writing'))
    expect(last()).to.deep.equal(['⠋ one        ✓ created  fanout', '⠋ other-one  ✓ created  fanout', '  ⠋ a  writing', '  ⠋ b  writing'])
    report(done('fanout', 3, 'held', one))
    expect(last().slice(0, 2)).to.deep.equal(['✓ one        ✓ created ✓ updated  4 s', '⠋ other-one  ✓ created  fanout'])
    report({detail: 'a: release v4 failed', name: 'fanout', rotation: 'other-one', state: 'failed', type: 'phase'})
    report(started('drain', one), {text: 'one: waiting for old dynos to stop', type: 'wait', until: 30_000})
    screen.time = 9000
    tick()
    expect(last()).to.deep.equal(['⠙ one        ✓ created ✓ updated  drain  13 s', '✗ other-one  ✓ created  fanout: a: release v4 failed', '  one: waiting for old dynos to stop: 21 s left'])
  })

  it('keeps one line for each app of the phase that runs', function () {
    const {last, report} = terminal()
    report(started('fanout'), consumer('a', 'writing'), consumer('b', 'writing'), consumer('a', 'v4 up', 'done'))
    expect(last()).to.deep.equal(['⠋ fanout', '  ✓ a  v4 up', '  ⠋ b  writing'])
  })

  it('folds the apps away when the phase is done', function () {
    const {last, report} = terminal()
    report(started('fanout'), consumer('a', 'v4 up', 'done'), done('fanout'))
    expect(last()).to.deep.equal(['✓ fanout     ok'])
  })

  it('does not carry apps and notes over into the next phase', function () {
    const {last, report} = terminal()
    report(started('fanout'), consumer('a', 'v4 up', 'done'), {text: 'a note', type: 'note'}, done('fanout'), started('verify'))
    expect(last()).to.deep.equal(['✓ fanout     ok', '⠋ verify'])
  })

  it('shows a failure where it happened', function () {
    const {last, report} = terminal()
    report(started('fanout'), consumer('a', 'release v4 failed', 'failed'))
    expect(last()).to.include('  ✗ a  release v4 failed')
    report(consumer('bcd', 'v5 up', 'done'), {detail: 'release v4 failed', name: 'fanout', state: 'failed', type: 'phase'})
    expect(last()).to.deep.equal(['✗ fanout     release v4 failed', '  ✗ a    release v4 failed', '  ✓ bcd  v5 up'])
    report(started('undo fanout'))
    expect(last()).to.deep.equal(['✗ fanout       release v4 failed', '⠋ undo fanout'])
  })

  it('shows what was skipped as such', function () {
    const {last, report} = terminal()
    report({name: 'drain', state: 'skipped', type: 'phase'})
    expect(last()).to.deep.equal(['- drain'])
  })

  it('keeps warnings above everything, to the end', function () {
    const {last, report} = terminal()
    report(started('create'), {text: 'careful', type: 'warning'}, done('create'), started('validate'))
    expect(last()[0]).to.equal('warning: careful')
  })

  it('turns and counts seconds with every tick, from the first one on', function () {
    const {last, report, screen, tick} = terminal()
    report(started('drain'))
    expect(last()).to.deep.equal(['⠋ drain'])
    screen.time = 2400
    tick()
    expect(last()).to.deep.equal(['⠙ drain      3 s'])
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
      const long = '生产 '.repeat(60)
      report(started('fanout'), consumer('heroku-config:a', long), {text: long, type: 'note'}, {text: long, type: 'warning'})
      screen.time = 5000
      tick()
      report({detail: long, name: 'fanout', state: 'failed', type: 'phase'})
      for (const line of screen.drawn.flatMap(text => text.split('\n'))) expect(widthOf(line), line).to.be.at.most(columns)
    }
  })

  it('leaves the screen to a question, under what is known by then, and goes on below the answer', function () {
    const {last, pause, report, screen, tick} = terminal()
    report(started('create'), done('create'), started('fanout'), consumer('a', 'writing'), {text: 'careful', type: 'warning'})
    const goOn = pause()
    expect([last(), screen.done]).to.deep.equal([['warning: careful', '✓ create     ok', '· fanout', '  · a  writing'], 1])
    const drawn = screen.drawn.length
    tick()
    report(consumer('b', 'writing'), {text: 'a note', type: 'note'})
    tick()
    expect(screen.drawn).to.have.length(drawn)
    goOn()
    goOn()
    expect(last()).to.deep.equal(['⠹ fanout', '  ⠹ a  writing', '  ⠹ b  writing', '  a note'])
  })

  it('keeps the state of an app on the line, and cuts its name in the middle', function () {
    const {last, report} = terminal(40)
    report(started('fanout'), consumer('example-app-production-frankfurt', 'v4, 0 of 2 dynos up'), consumer('b', 'v4 up'))
    expect(last().slice(1)).to.deep.equal(['  ⠋ example…ankfurt  v4, 0 of 2 dynos up', '  ⠋ b                  v4 up'])
  })

  it('tells which apps take long', function () {
    const {last, report, screen, tick} = terminal()
    report(started('fanout'), consumer('a', 'v4, 0 of 2 dynos up'))
    screen.time = 13_400
    tick()
    expect(last()).to.deep.equal(['⠙ fanout     14 s', '  ⠙ a  v4, 0 of 2 dynos up  14 s'])
  })

  it('says what is waited for and how much longer', function () {
    const {last, report, screen, tick} = terminal()
    report(started('drain'), {text: 'waiting for old dynos to stop', type: 'wait', until: 30_000})
    expect(last()).to.deep.equal(['⠋ drain', '  waiting for old dynos to stop: 30 s left'])
    screen.time = 9000
    tick()
    expect(last()).to.deep.equal(['⠙ drain      9 s', '  waiting for old dynos to stop: 21 s left'])
  })

  it('puts a note in the place of an earlier one about the same, and takes it away with an empty one', function () {
    const {last, report} = terminal()
    const note = (text: string): ProgressEvent => ({about: 'call', text, type: 'note'})
    report(started('fanout'), note('no answer yet'), note('trying again (2 of 6)'))
    expect(last()).to.deep.equal(['⠋ fanout', '  trying again (2 of 6)'])
    report(note(''))
    expect(last()).to.deep.equal(['⠋ fanout'])
  })

  it('counts the apps that run with the new token, and no probes', function () {
    const {last, report} = terminal()
    report(started('fanout', {goal: 30}), consumer('heroku-config:a', 'v4 up', 'done'), {detail: 'status 200', id: 'https://a', isProbe: true, state: 'done', type: 'consumer'})
    expect(last()[0]).to.equal('⠋ fanout     1 of 30 apps run with the new token')
    report(consumer('manual:operators', 'waiting'))
    expect(last()[0]).to.equal('⠋ fanout     1 of 30 places run with the new token')
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
    expect(last().slice(1, 4)).to.deep.equal(['⠋ fanout     12 of 30 done  30 s', '  ✗ app-20  release failed', '  ⠋ app-13  starting  17 s'])
    expect(last().at(-1)).to.equal('  … 23 more')
  })

  it('uses letters where the locale has nothing else', function () {
    const {last, report} = terminal(80, 40, {LANG: 'C'})
    report(done('preflight'), started('create'), {detail: 'no', name: 'drain', state: 'failed', type: 'phase'})
    expect(last()).to.deep.equal(['ok preflight  ok', '|  create', 'x  drain      no'])
  })

  it('leaves the last picture on the terminal when it stops', function () {
    const {last, report, screen, stop} = terminal()
    report(started('create'), done('create'))
    stop()
    expect([last(), screen.done, screen.stopped]).to.deep.equal([['✓ create     ok'], 1, 1])
  })
})
