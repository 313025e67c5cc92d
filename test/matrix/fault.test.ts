import {expect} from 'chai'

import type {FaultKind} from '../sandbox/sandbox.js'

import {type Endpoint, matchOf, samples, uses} from './endpoints.js'
import {expectNone} from './failures.js'
import {type FaultPoint, kinds, kindsOfReads, type Prepare, runFaultPoint} from './fault-point.js'
import {Files} from './files.js'
import {type Command, openStage} from './in-process.js'
import {brokenInWorld, brokenOnDisk, brokenStory, stateOf, watchCreates} from './laws.js'
import {pooled} from './pool.js'
import {openScene, rotateCommand} from './scene.js'
import {isWhole, ofWhole} from './whole.js'

/** Where a rotation has stopped, and which endpoint's failing had stopped it. */
const stops: Readonly<Record<string, Prepare>> = {
  async 'after a lost create'(stage) {
    stage.sandbox.faults.arm({kind: '500-after', match: {method: 'POST'}})
    await stopped(stage, {method: 'GET', path: '/oauth/authorizations'}, 3)
  },
  'in its first wave': stage => stopped(stage, {method: 'PATCH', path: '/apps/example-app-staging/config-vars'}),
  'in its second wave': stage => stopped(stage, {method: 'GET', path: '/apps/example-console/dynos'}, 2),
  'while it drains'(stage) {
    // Where no log can be read, apps are asked for preboot.
    stage.sandbox.world.switches.logMood = 'refused'
    return stopped(stage, {method: 'GET', path: '/apps/:app/features/:feature'})
  },
}

const afterThePivot: Readonly<Record<string, Prepare>> = {
  async 'after a lost revoke'(stage) {
    const armed = stage.sandbox.faults.arm({kind: '500-after', match: {method: 'DELETE'}, times: Infinity})
    expect(await stage.run('rotate')).to.have.property('exit', 3)
    armed.disarm()
  },
  'before its mark is off': stage => stopped(stage, {method: 'PATCH', path: '/oauth/authorizations/:authorization'}),
}

async function stopped(stage: Parameters<Prepare>[0], match: {method: string; path: string}, nth = 1) {
  const armed = stage.sandbox.faults.arm({kind: '503', match: {...match, nth}, times: Infinity})
  expect(await stage.run('rotate')).to.have.property('exit', 3)
  armed.disarm()
}

/** Of how many points `npm test` runs one; no multiple of how many kinds or uses there are. */
const EVERY = 29

const nowhere: Prepare = async () => {}

/** What the command asks, where nothing disturbs it. */
async function asked(command: Command, prepare: Prepare): Promise<Map<Endpoint, number>> {
  const stage = openStage()
  await prepare(stage)
  const before = stage.sandbox.log.length
  const {exit, told} = await stage.run(command)
  expect(exit, told).to.equal(0)
  return uses(stage.sandbox.log.slice(before))
}

/** What the writes of a rotation go through: the create, the first consumer, the pivot. */
const writes = ['POST /oauth/authorizations', 'PATCH /apps/example-app-staging/config-vars', 'DELETE /oauth/authorizations/:id'] as const

async function runReal(kind: FaultKind, endpoint: Endpoint): Promise<string[]> {
  const scene = await openScene()
  const {home, sandbox} = scene
  try {
    const was = stateOf(sandbox)
    const creates = watchCreates(sandbox)
    const files = Files.at(home)
    const {exitCode} = await scene.run(rotateCommand(), {fault: {kind, match: matchOf(endpoint)}})
    if (exitCode === 1) {
      const changed = [...brokenInWorld(sandbox, was, 'rolled-back'), ...brokenOnDisk(files, sandbox)]
      if (changed.length > 0) return changed
    }

    const again = exitCode === 0 ? undefined : await scene.run(exitCode === 1 ? rotateCommand() : ['authorizations:rotate:resume'])
    const exits = [exitCode, again?.exitCode ?? 0].join(' ')
    return [
      ...(sandbox.log.some(({fault}) => fault === kind) ? [] : ['the fault strikes nothing']),
      ...(/^[013] 0$/.test(exits) ? [] : [`exit codes ${exits}`]),
      ...creates,
      ...brokenInWorld(sandbox, was, 'completed'),
      ...brokenOnDisk(files, sandbox),
      ...brokenStory(files, 'completed'),
    ]
  } finally {
    await scene.close()
  }
}

describe('the real process on a platform that fails', function () {
  this.timeout(300_000)

  for (const [index, endpoint] of writes.entries()) {
    it(`once, at ${endpoint}, ends well`, async function () {
      // In a sample each kind strikes one of them.
      const tried = isWhole ? kinds : kinds.filter((_, n) => n % writes.length === index)
      const results = await pooled(tried, async kind => (await runReal(kind, endpoint)).map(problem => `${kind}: ${problem}`))
      expectNone(results.flat(), tried.length)
    })
  }
})

/*
 * The plugin's own code in this process, in virtual time. The rotation comes to its end in spite of the fault, or
 * stops with an error of its own kind, and then another run brings it there; under the same laws as the kill matrix.
 */
describe('a rotation on a platform that fails', function () {
  this.timeout(600_000)

  const run = {points: 0, stopped: 0, whole: 0}

  after('tells how many points were run', function () {
    console.log(`      fault matrix: ${ofWhole(import.meta.url, run.points, run.whole)}, ${run.stopped} of them stopped the command`)
  })

  async function holds(whole: readonly FaultPoint[]) {
    // In a sample an endpoint meets some of the kinds at some of its uses, and each kind meets most endpoints.
    const points = isWhole ? whole : whole.filter((_, index) => index % EVERY === 0)
    run.whole += whole.length
    const failures = await pooled(points, async point => {
      const {command, endpoint, kind, use} = point
      const {problems, stopped, struck, trace} = await runFaultPoint(point)
      run.points += 1
      run.stopped += Number(stopped)
      if (!struck) problems.push('the fault strikes nothing')
      return problems.length === 0 ? [] : [`${kind} at ${endpoint}, use ${use}, in ${command}: ${problems.join('; ')}\n${trace}`]
    })
    expectNone(failures.flat(), points.length)
  }

  async function anywhere(when: (count: number) => readonly FaultPoint['use'][]): Promise<FaultPoint[]> {
    const endpoints = [...await asked('rotate', nowhere)]
    return endpoints.flatMap(([endpoint, count]) =>
      kinds.flatMap(kind => when(count).map(use => ({command: 'rotate', endpoint, kind, prepare: nowhere, use}))))
  }

  /** Every way to fail where something is written; where something is read, it fails for good. */
  async function onTheWay(command: Command, prepare: Prepare): Promise<FaultPoint[]> {
    const endpoints = [...(await asked(command, prepare)).keys()]
    return endpoints.flatMap(endpoint => {
      const isRead = endpoint.startsWith('GET')
      const uses = isRead ? ['all' as const] : [1, 'all' as const]
      return (isRead ? kindsOfReads : kinds).flatMap(kind => uses.map(use => ({command, endpoint, kind, prepare, use})))
    })
  }

  it('once, at the first, middle or last use of any endpoint, ends well', async () => holds(await anywhere(samples)))

  it('for the whole run, at any endpoint, ends well once it is over', async () => holds(await anywhere(() => ['all'])))

  for (const [place, prepare] of Object.entries({...stops, ...afterThePivot})) {
    it(`while a rotation is resumed that stopped ${place}, ends well`, async () => holds(await onTheWay('resume', prepare)))
  }

  for (const [place, prepare] of Object.entries(stops)) {
    it(`while a rotation is rolled back that stopped ${place}, ends well`, async () => holds(await onTheWay('rollback', prepare)))
  }
})
