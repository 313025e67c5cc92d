import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {seededRandom} from '../support/in-process.js'
import {expectNone} from './failures.js'
import {Files} from './files.js'
import {openPlatform, openStage} from './in-process.js'
import {brokenInWorld, brokenOnDisk, brokenStory, stateOf} from './laws.js'
import {pooled} from './pool.js'
import {openScene, rotateCommand} from './scene.js'
import {isWhole, ofWhole} from './whole.js'

const SEED = 'two operators'
const numbers = (count: number) => Array.from({length: count}, (_, index) => index)

type Race = {codes: (null | string)[]; problems: string[]; seed: string}

function judge(races: readonly Race[]) {
  const failures = races.flatMap(({codes, problems, seed}) =>
    (problems.length === 0 ? [] : [`${seed}: ${codes.map(code => code ?? 'completed').join(', ')}: ${problems.join('; ')}`]))
  expectNone(failures, races.length)
}

/** One completes; both, only where the second one began when the first had ended, and replaced what that one had made. */
function winners(codes: readonly (null | string)[], machines: readonly Files[]): string[] {
  const won = codes.filter(code => code === null).length
  const records = machines.flatMap(({journals}) => journals.flatMap(journal => journal.records))
  const made = records.filter(({type}) => type === 'incoming').map(({id}) => String(id))
  const isChain = records.some(({plan, type}) => type === 'opened' && made.some(id => JSON.stringify(plan).includes(id)))
  return won === 1 || (won === 2 && isChain) ? [] : [`${won} have completed`]
}

/** Two real processes at nearly the same time; `machines` is 1 where they share a HOME. */
async function realRace(number: number, machines: 1 | 2): Promise<Race> {
  const seed = `${SEED} ${number}`
  const random = seededRandom(seed)
  const scene = await openScene()
  const second = machines === 1 ? scene.home : await mkdtemp(join(tmpdir(), 'matrix-'))
  try {
    const was = stateOf(scene.sandbox)
    const homes = [scene.home, second]
    const ends = await Promise.all(homes.map(async home => {
      await sleep(random.number() * 150)
      const {exitCode, stderr} = await scene.run(rotateCommand(), {home})
      return exitCode === 0 ? null : `${exitCode} ${/Code: (ROTATE_\w+)/.exec(stderr)?.[1]}`
    }))
    const files = [...new Set(homes)].map(home => Files.at(home))
    const hasOneWinner = ends.filter(code => code === null).length === 1
    const winner = hasOneWinner ? files[machines === 1 ? 0 : ends.indexOf(null)] : undefined
    return {
      codes: ends,
      problems: [
        ...winners(ends, files),
        ...brokenInWorld(scene.sandbox, was, 'completed'),
        ...files.flatMap(each => brokenOnDisk(each, scene.sandbox)),
        ...(winner ? brokenStory(winner, 'completed') : []),
      ],
      seed,
    }
  } finally {
    await scene.close()
    await rm(second, {force: true, recursive: true})
  }
}

/** The same in virtual time, on two machines, with up to a few seconds between them. */
async function virtualRace(number: number, options: {lag: number; spread: number}): Promise<Race> {
  const seed = `${SEED} ${number}`
  const random = seededRandom(seed)
  const platform = openPlatform({latencyMs: 100, seed, switches: {listEventuallyConsistent: options.lag}})
  const {clock, sandbox} = platform
  const stages = ['one', 'two'].map(host => openStage(platform, {host}))
  const was = stateOf(sandbox)
  const ends = await Promise.all(stages.map(async stage => {
    await clock.sleep(random.number() * options.spread)
    return stage.run('rotate')
  }))
  const codes = ends.map(({code, exit}) => (code === null ? null : `${exit} ${code}`))
  const files = stages.map(({files}) => files)
  return {
    codes,
    problems: [...winners(codes, files), ...brokenInWorld(sandbox, was, 'completed'), ...files.flatMap(each => brokenOnDisk(each, sandbox))],
    seed,
  }
}

async function virtualRaces(count: number, options: {lag: number; spread: number}): Promise<Race[]> {
  const races: Race[] = []
  for (const number of numbers(count)) races.push(await virtualRace(number, options))
  return races
}

describe('two operators who rotate the same token at the same time', function () {
  this.timeout(300_000)

  after('tells how many races were run', function () {
    console.log(`      operators: ${ofWhole(import.meta.url, isWhole ? 94 : 21, 94)}`)
  })

  it('on two machines: one completes, the other one leaves nothing', async () =>
    judge(await pooled(numbers(isWhole ? 12 : 2), number => realRace(number, 2))))

  it('on one machine: one completes, the other one leaves nothing', async () =>
    judge(await pooled(numbers(isWhole ? 12 : 2), number => realRace(number, 1))))

  it('within the same second: one completes, the other one leaves nothing', async () =>
    judge(await virtualRaces(isWhole ? 40 : 10, {lag: 0, spread: 900})))

  it('where new authorizations are listed late: one completes, the other one leaves nothing', async () =>
    judge(await virtualRaces(isWhole ? 30 : 7, {lag: 2500, spread: 4000})))
})
