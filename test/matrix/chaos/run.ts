/*
 *     npm run chaos -- --runs 20000 --seed 7     random worlds, faults, deaths and operators; shrinks what fails
 *     npm run chaos -- --runs 1 --seed 7-132     that one run again, with its trace
 *     npm run chaos -- --file-points             every kill and fault point of a rotation of every system, with the real gh
 */
import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'

import {inLanes} from './lanes.js'

const {values} = parseArgs({
  options: {'file-points': {default: false, type: 'boolean'}, lanes: {default: '2', type: 'string'}, runs: {default: '2000', type: 'string'}, seed: {default: String(Date.now()), type: 'string'}},
})

async function runRandom(): Promise<boolean> {
  const runs = Number(values.runs)
  console.log(`chaos: ${runs} runs, seed ${values.seed}`)
  const started = performance.now()
  const failures = await inLanes({
    lanes: Number(values.lanes),
    onFailure: ({text}) => console.log(`\n${text}`),
    runs,
    seed: values.seed,
  })
  console.log(`\n${runs} runs, ${failures.length} failed, ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return failures.length === 0
}

/** The samples of `npm test`, without leaving anything out. */
function runFilePoints(): boolean {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const run = (command: string, args: readonly string[]) =>
    spawnSync(command, args, {cwd: root, env: {...process.env, WHOLE: 'real'}, stdio: 'inherit'}).status === 0
  return run('npm', ['run', 'build']) && run(process.execPath, ['node_modules/mocha/bin/mocha.js', 'test/matrix/every-system.test.ts'])
}

const isWell = values['file-points'] ? runFilePoints() : await runRandom()
process.exitCode = isWell ? 0 : 1
