import {createHome, installPlugin, spawnHeroku} from '../test/support/heroku-cli.js'
import {measure, median, type Usage} from './measure.js'

export type StartupResult = {
  /** Medians of the differences within each pair: what the plugin adds to every heroku command. */
  added: Usage
  pairs: number
  /** Medians of the ratios within each pair. */
  ratio: {rss: number; wall: number}
  with: Usage
  without: Usage
}

type Pair = {with: Usage; without: Usage}

/** `heroku version` with and without the plugin, alternating so that drift of the machine hits both alike. */
export async function measureStartup(wanted: number): Promise<StartupResult> {
  const homes = {with: await createHome(await installPlugin()), without: await createHome(null)}
  const pairs: Pair[] = []
  for (let number = -2; number < wanted; number++) {
    const isFirst = number % 2 === 0
    const early = await version(isFirst ? homes.with : homes.without)
    const late = await version(isFirst ? homes.without : homes.with)
    const pair = isFirst ? {with: early, without: late} : {with: late, without: early}
    if (number >= 0) pairs.push(pair) // the first two warm the disk cache
  }

  const of = (value: (pair: Pair) => number) => median(pairs.map(pair => value(pair)))
  return {
    added: {rssMb: of(pair => pair.with.rssMb - pair.without.rssMb), wallMs: of(pair => pair.with.wallMs - pair.without.wallMs)},
    pairs: wanted,
    ratio: {rss: of(pair => pair.with.rssMb / pair.without.rssMb), wall: of(pair => pair.with.wallMs / pair.without.wallMs)},
    with: {rssMb: of(pair => pair.with.rssMb), wallMs: of(pair => pair.with.wallMs)},
    without: {rssMb: of(pair => pair.without.rssMb), wallMs: of(pair => pair.without.wallMs)},
  }
}

export function printStartup({added, pairs, ratio, with: withPlugin, without}: StartupResult): void {
  const row = (name: string, unit: string, key: keyof Usage, times: number) =>
    `${name.padEnd(10)} ${without[key].toFixed(0).padStart(6)} ${unit} → ${withPlugin[key].toFixed(0).padStart(6)} ${unit}`
    + `   ${added[key] < 0 ? '' : '+'}${added[key].toFixed(1)} ${unit}   × ${times.toFixed(3)}`
  console.log(`heroku version without → with the plugin, medians of ${pairs} pairs`)
  console.log(row('wall', 'ms', 'wallMs', ratio.wall))
  console.log(row('peak RSS', 'MB', 'rssMb', ratio.rss))
}

async function version(home: string): Promise<Usage> {
  const {ran, usage} = await measure(spawnHeroku(['version'], {home}))
  if (ran.exitCode !== 0) throw new Error(`heroku version ended with ${ran.exitCode}:\n${ran.stderr}`)
  return usage
}

if (import.meta.url === `file://${process.argv[1]}`) printStartup(await measureStartup(Number(process.argv[2] ?? 30)))
