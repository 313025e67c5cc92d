import {expect} from 'chai'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {type Sandbox, tokenOf} from '../sandbox/sandbox.js'
import {expectNone} from './failures.js'
import {Files} from './files.js'
import {type Ended, openPlatform, openStage} from './in-process.js'
import {brokenInWorld, brokenOnDisk, brokenStory, type Ending, stateOf} from './laws.js'
import {Machine} from './machine.js'
import {deathAt, type Happy, happyRun, undisturbed} from './points.js'
import {pooled} from './pool.js'
import {consumers, credential, type Death, DRAIN, openScene, rotateCommand, world} from './scene.js'
import {isWhole, ofReal, ofWhole, sampled, sampledReal} from './whole.js'

type Way = 'resume' | 'rollback'
type TakeOver = {death: Death; second?: Death; way: Way}

// What a key held before is on the machine that is gone: here every one of them held the outgoing token.
const written = consumers.map(consumer => ({...consumer, keys: ['HEROKU_API_KEY']}))

function markIn({world}: Sandbox): string | undefined {
  const marks = world.existingAuthorizations.flatMap(({description}) => /\(rotation (\w+)\)$/.exec(description)?.[1] ?? [])
  return marks[0]
}

type Ran = {code: string | undefined; exit: number | string | undefined; told: string}

/** One machine that has begun a rotation, and another one that has no journal of it. */
type Setting = {
  begin(death?: Death): Promise<Ran>
  close(): Promise<void>
  files(): Files
  goOn(way: Way, mark: string, death?: Death): Promise<Ran>
  sandbox: Sandbox
  /** Of the first one. */
  synced(): readonly string[]
}

type Open = () => Promise<Setting>

const openReal: Open = async () => {
  const {close, run, sandbox, writes} = await openScene()
  const elsewhere = mkdtempSync(join(tmpdir(), 'matrix-'))
  const answer = ({exitCode, signal, stderr}: Awaited<ReturnType<typeof run>>): Ran => ({code: /Code: (ROTATE_\w+)/.exec(stderr)?.[1], exit: signal ?? exitCode, told: stderr})
  return {
    begin: async death => answer(await run(rotateCommand(written), death ? {death} : {})),
    async close() {
      await close()
      rmSync(elsewhere, {force: true, recursive: true})
    },
    files: () => Files.at(elsewhere),
    async goOn(way, mark, death) {
      return answer(await run([`authorizations:rotate:${way}`, '--rotation', mark, '--drain', '3'], {home: elsewhere, ...(death && {death})}))
    },
    sandbox,
    synced: writes,
  }
}

const openVirtual: Open = async () => {
  const platform = openPlatform(world)
  const machines = [new Machine(), new Machine()] as const
  const [first, second] = machines.map((machine, index) => openStage(platform, {drain: DRAIN, host: `machine-${index}`, machine, written}))
  if (!first || !second) throw new Error('there are two')
  const answer = ({code, exit, told}: Ended): Ran => ({code: code ?? undefined, exit: exit === 'died' ? 'SIGKILL' : exit, told})
  return {
    async begin(death) {
      const ran = answer(await first.run('rotate', {death}))
      // Nobody is at another machine at once: a write that a release phase still hides would not be seen there.
      await platform.clock.sleep(3000)
      return ran
    },
    async close() {
      for (const machine of machines) machine.close()
    },
    files: () => second.files,
    goOn: async (way, mark, death) => answer(await second.run(way, {death, rotation: mark})),
    sandbox: platform.sandbox,
    synced: () => machines[0].synced,
  }
}

/** A machine dies for good after a request, and another one, which has no journal, goes on. Null where it had ended before. */
async function runTakeOver({death, second, way}: TakeOver, open: Open): Promise<null | string[]> {
  const setting = await open()
  const {sandbox} = setting
  try {
    const was = stateOf(sandbox, written)
    if ((await setting.begin(death)).exit !== 'SIGKILL') return null
    const mark = markIn(sandbox)
    if (mark === undefined) return ['no mark tells of the rotation']
    const goOn = (direction: Way, dying?: Death) => setting.goOn(direction, mark, dying)

    const {world: {existingAuthorizations, violations}} = sandbox
    if (!existingAuthorizations.some(({id}) => id === was.outgoing)) {
      // It came as far as the pivot: only a person can tell now that nothing is left to do.
      const {code} = await goOn(way)
      return code === 'ROTATE_TOO_LATE' && violations.length === 0 ? [] : [`${way} after the pivot says ${code}`]
    }

    if (second) await goOn(way, second)
    let ending: Ending = way === 'rollback' ? 'rolled-back' : 'completed'
    const ended = await goOn(way)
    if (ended.exit !== 0) {
      // Where one way is closed because a token is not to be had any more, the other one is open.
      const isTold = ['ROTATE_INCOMING_UNKNOWN', 'ROTATE_PREVIOUS_UNKNOWN'].includes(ended.code ?? '')
      const other = way === 'rollback' ? 'resume' : 'rollback'
      ending = other === 'rollback' ? 'rolled-back' : 'completed'
      if (!isTold) return [`${way} exits with ${ended.exit} ${ended.code}`]
      if ((await goOn(other)).exit !== 0) return [`neither ${way} (${ended.code}) nor ${other} ends the rotation`]
    }

    const files = setting.files()
    return [...brokenInWorld(sandbox, was, ending), ...brokenOnDisk(files, sandbox), ...brokenStory(files, ending)]
  } finally {
    await setting.close()
  }
}

/** In this process at every other point, and the real one at a few of them; at all, and at more, with `npm run test:all`. */
for (const [name, open, wanted] of [['', openVirtual, 15], [', its real process', openReal, 2]] as const) {
  describe(`a rotation whose machine is gone${name}`, function () {
    this.timeout(isWhole ? 1_800_000 : 300_000)

    let happy: Happy
    const run = {points: 0, whole: 0}

    before('counts the requests of a rotation that nothing disturbs', async function () {
      const setting = await open()
      happy = await undisturbed(setting, () => setting.begin())
      await setting.close()
    })

    after('tells how many points were run', function () {
      console.log(`      take-over: ${(wanted === 2 ? ofReal : ofWhole)(import.meta.url, run.points, run.whole)}`)
    })

    async function holds(whole: readonly TakeOver[]) {
      const all = wanted === 2 ? sampledReal(wanted, whole) : sampled(wanted, whole)
      const results = await pooled(all, async point => [point, await runTakeOver(point, open)] as const)
      const reached = results.filter(([, problems]) => problems !== null)
      run.points += all.length
      run.whole += whole.length
      const failures = reached.flatMap(([point, problems]) => (problems?.length ? [`${JSON.stringify(point)}: ${problems.join('; ')}`] : []))
      expectNone(failures, all.length)
      // How often a release or dyno is asked for depends on timing.
      expect(all.length - reached.length, 'points that were not reached').to.be.at.most(Math.ceil(all.length * 0.2))
    }

    const requests = () => {
      const made = 1 + happy.requests.findIndex(request => request.startsWith('POST'))
      return Array.from({length: 1 + happy.beforePivot.requests - made}, (_, index) => deathAt(happy, made + index, 'after'))
    }

    it('ends well on another one with resume', () => holds(requests().map(death => ({death, way: 'resume'}))))

    it('ends well on another one with rollback', () => holds(requests().map(death => ({death, way: 'rollback'}))))

    it('ends well on another one that dies while it takes over', () => {
      const firstWrite = 1 + happy.requests.findIndex(request => request.startsWith('PATCH'))
      const death = deathAt(happy, firstWrite + 2, 'after')
      const writes = Array.from({length: 12}, (_, index) => index + 1)
      return holds((['resume', 'rollback'] as const).flatMap(way => writes.map((write): TakeOver => ({death, second: {how: 'kept', write}, way}))))
    })
  })
}

describe('a rotation that another machine takes over', function () {
  this.timeout(60_000)

  it('never costs an authorization that it did not name', async function () {
    const older = `${credential}-2025-06-01`
    const happy = await happyRun('login')
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
      const {stderr} = await scene.run(['authorizations:rotate:resume', '--rotation', markIn(scene.sandbox) ?? '', '--drain', '0'], {home: elsewhere})
      expect(scene.sandbox.world.authorization(older), stderr).to.not.equal(undefined)
      expect(scene.sandbox.world.app('example-other').releases, stderr).to.have.length(3)
    } finally {
      await scene.close()
      rmSync(elsewhere, {force: true, recursive: true})
    }
  })
})
