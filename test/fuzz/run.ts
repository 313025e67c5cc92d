/*
 *     npm run fuzz                                        100,000 cases for each target
 *     npm run fuzz -- --only journal,filter --cases 5000
 *     npm run fuzz -- --only filter --seed 7              the same cases again
 */
import {inspect, parseArgs} from 'node:util'
import {Worker} from 'node:worker_threads'

import {targets} from './targets.js'

/** A case that never ends keeps this thread from saying so. */
const HANGS_MS = 60_000

const {values} = parseArgs({options: {cases: {default: '100000', type: 'string'}, only: {type: 'string'}, seed: {default: String(Date.now() % 2 ** 31), type: 'string'}}})
const [cases, seed] = [Number(values.cases), Number(values.seed)]
const asked = values.only?.split(',')
const names = targets.map(({name}) => name)
const unknown = asked?.filter(name => !names.includes(name)) ?? []
if (unknown.length > 0 || !Number.isInteger(cases) || !Number.isInteger(seed)) {
  console.error(unknown.length > 0 ? `no target ${unknown.join(', ')}; there are ${names.join(', ')}` : '--cases and --seed are numbers')
  process.exit(2)
}

const beats = new Int32Array(new SharedArrayBuffer(8))
const watchdog = new Worker(`
  const {workerData: {beats, ms}} = require('node:worker_threads')
  let before = -1
  setInterval(() => {
    if (beats[0] === before) {
      require('node:fs').writeSync(2, 'hangs in case ' + beats[0] + '\\n')
      process.kill(process.pid, 'SIGKILL')
    }
    before = beats[0]
  }, ms)
`, {eval: true, workerData: {beats, ms: HANGS_MS}})
watchdog.unref()

console.log(`fuzz: ${cases} cases for each target, seed ${seed}`)
for (const {check, name} of targets) {
  if (asked && !asked.includes(name)) continue
  const began = performance.now()
  beats[0] = 0
  const failure = await check({
    beat() {
      Atomics.add(beats, 0, 1)
    },
    cases,
    seed,
  }).then(() => null, (error: unknown) => error)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  if (failure === null) console.log(`ok      ${name} (${seconds} s)`)
  else {
    console.log(`FAILED  ${name} (${seconds} s): npm run fuzz -- --only ${name} --cases ${cases} --seed ${seed}`)
    console.log(inspect(failure))
    process.exitCode = 1
  }
}
