import {createHash} from 'node:crypto'
import {readdirSync, readFileSync} from 'node:fs'

import {inLanes} from './chaos/lanes.js'
import {expectNone} from './failures.js'
import {isWhole, ofWhole} from './whole.js'

const ALL = 2000
const RUNS = isWhole ? ALL : 300

/** Another one with each change of the source, and the same for the same source: a gate that is red is red again. */
function seedOfSource(): string {
  const source = new URL('../../src/', import.meta.url)
  const hash = createHash('sha256')
  for (const file of readdirSync(source, {encoding: 'utf8', recursive: true}).filter(path => path.endsWith('.ts')).sort()) hash.update(readFileSync(new URL(file, source)))
  return hash.digest('hex').slice(0, 12)
}

/** Random worlds, switches, faults, deaths and operators, in virtual time; `npm run chaos` does the same for longer. */
describe('a rotation in a random world', function () {
  this.timeout(900_000)

  it(`ends well, ${RUNS} times`, async function () {
    const seed = process.env['CHAOS_SEED'] ?? seedOfSource()
    console.log(`      ${RUNS} runs with seed ${seed}; again: CHAOS_SEED=${seed}, or one of them: npm run chaos -- --runs 1 --seed ${seed}-N`)
    console.log(`      ${ofWhole(import.meta.url, RUNS, ALL)}`)
    const failures = await inLanes({lanes: 2, runs: RUNS, seed})
    expectNone(failures.map(({text}) => text), RUNS)
  })
})
