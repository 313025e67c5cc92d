import {expect} from 'chai'

import type {FaultKind} from '../sandbox/sandbox.js'

import {expectNone} from './failures.js'
import {kinds} from './fault-point.js'
import {pooled} from './pool.js'
import {type Point, runPoint, type Told, type Way} from './several-point.js'
import {isWhole, ofWhole} from './whole.js'

const ways: readonly Way[] = ['all', 'each', 'back']

/** Every so many of the places in a run, and the last one. */
const sample = (count: number, every: number) => Array.from({length: count}, (_, index) => index + 1).filter(n => n % every === 0 || n === count)
const turn = <T>(choices: readonly T[], index: number): T[] => choices.slice(index % choices.length).slice(0, 1)

/*
 * Three credentials over four apps, two of which hold several of the tokens, in this process and in virtual time. The
 * laws of the kill and fault matrices hold for each of them. `npm test` runs a sample, `npm run test:all` every point.
 */
describe('three rotations in one run', function () {
  this.timeout(900_000)

  const every = isWhole ? 1 : 29
  const run = {points: 0, unreached: 0, whole: 0}
  const happy = new Map<Point['session'], Told>()

  before('counts the requests and writes of a run that nothing disturbs', async function () {
    for (const session of ['login', 'outgoing'] as const) happy.set(session, await runPoint({session, strike: null, way: 'all'}))
  })

  after('tells how many points were run', function () {
    console.log(`      matrix of several: ${ofWhole(import.meta.url, run.points, run.whole)}, ${run.unreached} not reached`)
  })

  async function holds(points: readonly Point[], whole = points.length) {
    run.whole += whole
    const results = await pooled(points, async point => ({point, told: await runPoint(point)}))
    const failures = results.filter(({told}) => told.problems.length > 0).map(({point, told}) => `${JSON.stringify(point)}: ${told.problems.join('; ')}`)
    const unreached = results.filter(({told}) => !told.struck).length
    run.points += points.length
    run.unreached += unreached
    expectNone(failures, points.length)
    expect(unreached, 'points that were not reached').to.be.at.most(points.length * 0.1)
  }

  it('come to their end, one restart for each app, where nothing disturbs them', function () {
    for (const [session, {problems}] of happy) expect(problems, session).to.deep.equal([])
  })

  for (const session of ['login', 'outgoing'] as const) {
    const whose = session === 'login' ? 'another session' : 'one of the tokens'

    it(`killed at a request as ${whose}, end well together, each by itself, and back`, async function () {
      await holds(sample(happy.get(session)?.requests ?? 0, every).flatMap((n, index) =>
        turn(ways, index).flatMap(way => turn(['kill-before', 'kill-after'] as const, index).map(kind => ({session, strike: {fault: {kind, match: {n}}}, way})))), happy.get(session)?.requests)
    })

    it(`killed at a write of a file as ${whose}, end well together, each by itself, and back`, async function () {
      await holds(sample(happy.get(session)?.writes ?? 0, every).flatMap((write, index) =>
        turn(ways, index).flatMap(way => turn(['before', 'after', 'half'] as const, Math.floor(index / ways.length)).map(how => ({session, strike: {how, write}, way})))), happy.get(session)?.writes)
    })
  }

  it('on a platform that fails once, end well', async function () {
    await holds(sample(happy.get('login')?.requests ?? 0, Math.ceil(every / 2)).flatMap((n, index) =>
      turn<FaultKind>(kinds, index).map(kind => ({session: 'login', strike: {fault: {kind, match: {n}}}, way: 'all'}))), happy.get('login')?.requests)
  })

  it('on a platform where one kind of call fails for as long as it runs, end well once it is over', async function () {
    const calls = [
      ['GET', '/account'], ['GET', '/apps/:app/releases'], ['GET', '/apps/example-app/dynos'], ['PATCH', '/apps/example-app/config-vars'],
      ['PATCH', '/apps/example-app-staging/config-vars'], ['POST', '/oauth/authorizations'], ['DELETE', '/oauth/authorizations/:authorization'],
      ['PATCH', '/oauth/authorizations/:authorization'],
    ] as const
    await holds(calls.flatMap(([method, path], index) => (['503', '500-after', 'wrong-shape'] as const).map((kind): Point => ({
      session: index % 2 === 0 ? 'login' : 'outgoing', strike: {fault: {kind, match: {method, path}, times: Infinity}}, way: 'all',
    }))))
  })
})
