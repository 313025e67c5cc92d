import {inLanes} from './chaos/lanes.js'
import {expectNone} from './failures.js'

const RUNS = 2000

/** Random worlds, switches, faults, deaths and operators, in virtual time; `npm run chaos` does the same for longer. */
describe('a rotation in a random world', function () {
  this.timeout(900_000)

  it(`ends well, ${RUNS} times`, async function () {
    const seed = process.env['CHAOS_SEED'] ?? String(Date.now())
    console.log(`      ${RUNS} runs with seed ${seed}; again: CHAOS_SEED=${seed}, or one of them: npm run chaos -- --runs 1 --seed ${seed}-N`)
    const failures = await inLanes({lanes: 2, runs: RUNS, seed})
    expectNone(failures.map(({text}) => text), RUNS)
  })
})
