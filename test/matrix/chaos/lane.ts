import type {Failure, Work} from './lanes.js'

import {generate} from './generate.js'
import {play} from './play.js'
import {lawOf, shrink} from './shrink.js'

/** How many failures are shrunk: it takes hundreds of plays. */
const SHRUNK = 4

const {first, runs, seed, step}: Work = JSON.parse(process.argv[2] ?? '')
// Nobody would hear of it.
process.once('disconnect', () => process.exit())
const known = new Set<string>()

for (let number = first; number <= runs; number += step) {
  // The first of one run only is that run again.
  const name = runs === 1 ? seed : `${seed}-${number}`
  const failure = await fails(name)
  if (failure) process.send?.(failure)
}

process.disconnect()

async function fails(name: string): Promise<Failure | null> {
  const scenario = generate(name)
  const {problems} = await play(scenario)
  const [problem] = problems
  if (problem === undefined) return null
  const law = lawOf(problem)
  const head = `run ${name}: ${problems.join('; ')}`
  if (known.has(law) || known.size >= SHRUNK) return {law, seed: name, text: head}
  known.add(law)
  const smallest = await shrink(scenario, law)
  const played = await play(smallest)
  return {law, seed: name, text: `${head}\nshrunk: ${played.problems.join('; ')}\n${played.trace()}\nscenario ${JSON.stringify(smallest)}`}
}
