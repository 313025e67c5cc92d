import {expect} from 'chai'

import {type Happening, happeningIn} from '../../../../../src/lib/consumers/heroku-config/log-lines.js'
import {type End, endOf, isFirstSince, watchable} from '../../../../../src/lib/consumers/heroku-config/old-dynos.js'

const RELEASE = Date.UTC(2026, 0, 15, 12)
const texts = {
  crash: 'State changed from starting to crashed',
  exit: 'Process exited with status 143',
  gap: 'Error L10 (output buffer overflow): 3 messages dropped since then',
  down: 'State changed from up to starting',
  fail: 'Process exited with status 1',
  idle: 'Idling',
  kill: 'Process exited with status 137',
  r12: 'Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM',
  recover: 'State changed from crashed to starting',
  restarting: 'Restarting',
  start: 'Starting process with command `npm start`',
  term: 'Stopping all processes with SIGTERM',
  up: 'State changed from starting to up',
} as const

/** `WHAT@SECONDS[/DYNO]`, in the order of arrival; seconds count from the release. */
function happenings(story: string): Happening[] {
  return story.split(' ').filter(Boolean).flatMap(word => {
    const [, what = '', seconds = '', dyno = 'web.1'] = /^(\w+)@(-?[\d.]+)(?:\/(.+))?$/.exec(word) ?? []
    const text = Object.entries(texts).find(([name]) => name === what)?.[1] ?? ''
    return happeningIn(`${new Date(RELEASE + Number(seconds) * 1000).toISOString().replace('Z', '+00:00')} heroku[${dyno}]: ${text}`) ?? []
  })
}

const ended = (seconds: number): End => ({at: RELEASE + seconds * 1000})

describe('the end of old dynos, as the log tells it', function () {
  const one: [title: string, story: string, end: End][] = [
    ['starts before SIGTERM, exits before up', 'restarting@0.3 down@0.31 start@0.9 term@1 exit@1.3 up@4', ended(1.3)],
    ['SIGTERM before start, exits before up', 'restarting@0.3 down@0.31 term@1 start@1.1 exit@1.3 up@4', ended(1.3)],
    ['exits before the new one starts', 'restarting@0.3 down@0.31 term@1 exit@1.3 start@2 up@4', ended(1.3)],
    ['exits after up', 'restarting@0.3 down@0.31 start@0.9 term@1 up@4 exit@12', ended(12)],
    ['exits after up, SIGTERM first', 'restarting@0.3 down@0.31 term@0.9 start@1 up@4 exit@12', ended(12)],
    ['is killed after 30 s', 'restarting@0.3 down@0.31 term@0.9 start@1 up@4 r12@31 kill@31.1', ended(31.1)],
    ['SIGTERM minutes later, with preboot', 'start@1 up@4 term@185 exit@187', ended(187)],
    ['SIGTERM minutes later, no exit yet', 'start@1 up@4 term@185', 'running'],
    ['lines doubled', 'restarting@0.3 restarting@0.3 down@0.31 start@0.9 start@0.9 term@1 term@1 exit@1.3 exit@1.3 up@4 up@4', ended(1.3)],
    ['lines in the order that arrives', 'exit@1.3 up@4 term@1 start@0.9 down@0.31', ended(1.3)],
    ['other lines lost', 'term@1 exit@1.3', ended(1.3)],
    ['unknown lines between', 'idle@0.1 term@1 idle@1.2 exit@1.3', ended(1.3)],
    ['nothing', '', 'running'],
    ['no exit', 'restarting@0.3 down@0.31 start@0.9 term@1 up@4', 'running'],
    ['an exit whose SIGTERM was lost', 'restarting@0.3 down@0.31 start@0.9 exit@1.3 up@4', 'running'],
    ['lines of before the release only', 'exit@-300 term@-301', 'running'],
    ['an earlier end and none of ours', 'term@-400 exit@-399 start@-400 up@-396', 'running'],
    ['an exit before SIGTERM', 'start@0.5 exit@0.9 term@1', 'doubtful'],
    ['told to stop right before the release', 'term@-5 exit@-4 term@1 exit@1.3', 'doubtful'],
    ['told to stop right before the release, not since', 'term@-5 exit@1', 'doubtful'],
    ['the new one crashes', 'term@1 start@1.1 fail@2 crash@2', 'doubtful'],
    ['the new one crashes, and the old one ends', 'term@1 start@1.1 fail@2 crash@2 exit@3', 'doubtful'],
    ['the new one crashes, its exit lost', 'term@1 start@1.1 crash@2 exit@3', 'doubtful'],
    ['the new one crashes and its state change is lost', 'term@1 start@1.1 fail@2 start@5 up@8', 'doubtful'],
    ['the new one recovers', 'term@1 start@1.1 fail@2 recover@5 up@8', 'doubtful'],
    ['two exits', 'term@1 start@1.1 fail@2 exit@3 up@8', 'doubtful'],
    ['two SIGTERM: another restart', 'term@1 exit@1.5 start@1 up@4 term@9', 'doubtful'],
    ['two restarts, the SIGTERM of the first lost', 'restarting@0.3 down@0.4 start@1 up@4 restarting@8 down@8.1 term@9 exit@9.5', 'doubtful'],
    ['up before start: two restarts', 'up@4 term@9 start@9 exit@9.5', 'doubtful'],
    ['dropped lines', 'term@1 gap@1.1/logplex exit@1.3', 'doubtful'],
    ['lines dropped long before', 'gap@-900/logplex term@1 exit@1.3', ended(1.3)],
    ['a dyno that is not on the list is told to stop', 'term@1 exit@1.3 term@1/web.2', 'doubtful'],
    ['a dyno that is not on the list was told to stop before', 'term@-9/web.2 term@1 exit@1.3', 'doubtful'],
    ['a one-off dyno is stopped', 'term@1 exit@1.3 term@1/run.1234 term@2/scheduler.99 term@2/release.7', ended(1.3)],
    ['the exit of a one-off dyno', 'term@1 exit@1.3/run.1234', 'running'],
  ]
  for (const [title, story, end] of one) {
    it(`${title}: ${typeof end === 'string' ? end : 'ended'}`, function () {
      expect(endOf(['web.1'], RELEASE, happenings(story))).to.deep.equal(end)
    })
  }

  const two: [title: string, story: string, end: End][] = [
    ['both', 'term@1/web.1 term@1/worker.1 exit@3/worker.1 exit@2/web.1', ended(3)],
    ['one of two', 'term@1/web.1 term@1/worker.1 exit@2/web.1', 'running'],
    ['names that begin alike', 'term@1/web.1 exit@2/web.1 term@1/web.11 exit@2/web.11', 'doubtful'],
    ['one ended and one crashed', 'term@1/web.1 exit@2/web.1 term@1/worker.1 crash@3/worker.1', 'doubtful'],
  ]
  for (const [title, story, end] of two) {
    it(`of two dynos, ${title}: ${typeof end === 'string' ? end : 'ended'}`, function () {
      expect(endOf(['web.1', 'worker.1'], RELEASE, happenings(story))).to.deep.equal(end)
    })
  }

  it('is never told by fewer lines than SIGTERM and an exit for each, in whatever order and however many are lost', function () {
    const words = 'restarting@0.3 down@0.31 term@1 start@1.1 exit@1.3 up@4 exit@2/web.2 term@1.5/web.2 start@1/web.2 up@4/web.2'.split(' ')
    for (let mask = 0; mask < 2 ** words.length; mask++) {
      const kept = words.filter((_, index) => mask & (2 ** index))
      const isWhole = ['term@1', 'exit@1.3', 'term@1.5/web.2', 'exit@2/web.2'].every(word => kept.includes(word))
      for (const order of [kept, kept.toReversed()]) {
        const end = endOf(['web.1', 'web.2'], RELEASE, happenings(order.join(' ')))
        expect(typeof end === 'object', order.join(' ')).to.equal(isWhole)
      }
    }
  })
})

const dyno = (changes = {}) => ({created_at: new Date(RELEASE - 86_400_000).toISOString(), name: 'web.1', release: {version: 3}, size: 'Standard-1X', state: 'up', type: 'web', ...changes})

describe('dynos whose end can be seen', function () {
  const table: [title: string, dynos: ReturnType<typeof dyno>[], names: null | string[]][] = [
    ['those of the formation', [dyno(), dyno({name: 'worker.2', size: 'Performance-L-RAM', type: 'worker'})], ['web.1', 'worker.2']],
    ['a one-off dyno left out', [dyno(), dyno({name: 'run.1234', type: 'run'})], ['web.1']],
    ['none', [], null],
    ['one-off dynos only', [dyno({name: 'run.1234', type: 'run'})], null],
    ['a crashed one', [dyno(), dyno({name: 'web.2', state: 'crashed'})], null],
    ['one that starts', [dyno({state: 'starting'})], null],
    ['an idle one', [dyno({size: 'Eco', state: 'idle'})], null],
    ['a private space', [dyno({size: 'Private-S'})], null],
    ['a shield space', [dyno({size: 'Shield-L'})], null],
    ['Fir', [dyno({name: 'web-1234abcde-123ab', size: 'dyno-1c-0.5gb'})], null],
    ['an unknown size', [dyno({size: null})], null],
  ]
  for (const [title, dynos, names] of table) {
    it(`are ${names?.join(', ') ?? 'not told'} of ${title}`, function () {
      expect(watchable(dynos)?.map(({name}) => name) ?? null).to.deep.equal(names)
    })
  }

  const made = {created_at: new Date(RELEASE).toISOString(), version: 4}
  const before = {created_at: new Date(RELEASE - 99_000_000).toISOString(), version: 3}
  it('were the only ones right before the release where they have run for long, with the release before it', function () {
    expect(isFirstSince([dyno()], made, before)).to.equal(true)
  })
  it('may not have been where one of them has just started: the one before may still run', function () {
    expect(isFirstSince([dyno(), dyno({created_at: new Date(RELEASE - 200_000).toISOString()})], made, before)).to.equal(false)
  })
  it('may not have been where somebody else has released meanwhile', function () {
    expect(isFirstSince([dyno()], {...made, version: 5}, {...before, version: 4})).to.equal(false)
  })
})
