import {expect} from 'chai'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {tokenOf} from '../sandbox/sandbox.js'
import {expectNone} from './failures.js'
import {Files} from './files.js'
import {brokenInWorld, brokenOnDisk, brokenStory, type Ending, stateOf} from './laws.js'
import {deathAt, every, type Happy, happyRun} from './points.js'
import {pooled} from './pool.js'
import {consumers, credential, type Death, openScene, rotateCommand, type Scene, world} from './scene.js'

type Way = 'resume' | 'rollback'
type TakeOver = {death: Death; second?: Death; way: Way}

// What a key held before is on the machine that is gone: here every one of them held the outgoing token.
const written = consumers.map(consumer => ({...consumer, keys: ['HEROKU_API_KEY']}))

function markIn({sandbox}: Scene): string | undefined {
  const marks = sandbox.world.existingAuthorizations.flatMap(({description}) => /\(rotation (\w+)\)$/.exec(description)?.[1] ?? [])
  return marks[0]
}

/** A machine dies for good after a request, and another one, which has no journal, goes on. Null where it had ended before. */
async function runTakeOver({death, second, way}: TakeOver): Promise<null | string[]> {
  const scene = await openScene()
  const elsewhere = mkdtempSync(join(tmpdir(), 'matrix-'))
  try {
    const was = stateOf(scene.sandbox, written)
    const {signal} = await scene.run(rotateCommand(written), {death})
    if (signal !== 'SIGKILL') return null
    const mark = markIn(scene)
    if (mark === undefined) return ['no mark tells of the rotation']
    const goOn = async (direction: Way, dying?: Death) => {
      const command = [`authorizations:rotate:${direction}`, '--rotation', mark, '--drain', '3']
      const {exitCode, stderr} = await scene.run(command, {home: elsewhere, ...(dying && {death: dying})})
      return {code: /Code: (ROTATE_\w+)/.exec(stderr)?.[1], exitCode}
    }

    const {world: {existingAuthorizations, violations}} = scene.sandbox
    if (!existingAuthorizations.some(({id}) => id === was.outgoing)) {
      // It came as far as the pivot: only a person can tell now that nothing is left to do.
      const {code} = await goOn(way)
      return code === 'ROTATE_TOO_LATE' && violations.length === 0 ? [] : [`${way} after the pivot says ${code}`]
    }

    if (second) await goOn(way, second)
    let ending: Ending = way === 'rollback' ? 'rolled-back' : 'completed'
    const ended = await goOn(way)
    if (ended.exitCode !== 0) {
      // Where one way is closed because a token is not to be had any more, the other one is open.
      const isTold = ['ROTATE_INCOMING_UNKNOWN', 'ROTATE_PREVIOUS_UNKNOWN'].includes(ended.code ?? '')
      const other = way === 'rollback' ? 'resume' : 'rollback'
      ending = other === 'rollback' ? 'rolled-back' : 'completed'
      if (!isTold) return [`${way} exits with ${ended.exitCode} ${ended.code}`]
      if ((await goOn(other)).exitCode !== 0) return [`neither ${way} (${ended.code}) nor ${other} ends the rotation`]
    }

    const files = Files.at(elsewhere)
    return [...brokenInWorld(scene.sandbox, was, ending), ...brokenOnDisk(files, scene.sandbox), ...brokenStory(files, ending)]
  } finally {
    await scene.close()
    rmSync(elsewhere, {force: true, recursive: true})
  }
}

describe('a rotation whose machine is gone', function () {
  this.timeout(300_000)

  let happy: Happy
  let points = 0

  before('counts the requests of a rotation that nothing disturbs', async function () {
    happy = await happyRun('login', rotateCommand(written))
  })

  after('tells how many points were run', function () {
    console.log(`      take-over: ${points} points`)
  })

  async function holds(all: readonly TakeOver[]) {
    const results = await pooled(all, async point => [point, await runTakeOver(point)] as const)
    const reached = results.filter(([, problems]) => problems !== null)
    points += reached.length
    const failures = reached.flatMap(([point, problems]) => (problems?.length ? [`${JSON.stringify(point)}: ${problems.join('; ')}`] : []))
    expectNone(failures, all.length)
    // How often a release or dyno is asked for depends on timing.
    expect(all.length - reached.length, 'points that were not reached').to.be.at.most(all.length * 0.2)
  }

  const requests = () => {
    const made = 1 + happy.requests.findIndex(request => request.startsWith('POST'))
    return Array.from({length: 1 + happy.beforePivot.requests - made}, (_, index) => deathAt(happy, made + index, 'after'))
  }

  it('ends well on another one with resume', () => holds(every(3, requests()).map(death => ({death, way: 'resume'}))))

  it('ends well on another one with rollback', () => holds(every(3, requests()).map(death => ({death, way: 'rollback'}))))

  it('ends well on another one that dies while it takes over', () => {
    const firstWrite = 1 + happy.requests.findIndex(request => request.startsWith('PATCH'))
    const ways = ['resume', 'rollback'] as const
    const death = deathAt(happy, firstWrite + 2, 'after')
    return holds(ways.flatMap(way => Array.from({length: 12}, (_, index): TakeOver => ({death, second: {how: 'kept', write: index + 1}, way}))))
  })

  it('never costs an authorization that it did not name', async function () {
    const older = `${credential}-2025-06-01`
    const scene = await openScene({
      options: {
        ...world,
        apps: [...world.apps ?? [], {config: {HEROKU_API_KEY: tokenOf(older)}, name: 'example-other'}],
        authorizations: [{ageDays: 500, description: older}, ...world.authorizations ?? []],
      },
    })
    const elsewhere = mkdtempSync(join(tmpdir(), 'matrix-'))
    try {
      await scene.run(rotateCommand(), {death: deathAt(happy, happy.beforePivot.requests, 'after')})
      const {stderr} = await scene.run(['authorizations:rotate:resume', '--rotation', markIn(scene) ?? '', '--drain', '0'], {home: elsewhere})
      expect(scene.sandbox.world.authorization(older), stderr).to.not.equal(undefined)
      expect(scene.sandbox.world.app('example-other').releases, stderr).to.have.length(3)
    } finally {
      await scene.close()
      rmSync(elsewhere, {force: true, recursive: true})
    }
  })
})
