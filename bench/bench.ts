/*
 * How fast a rotation is, next to what it cannot be faster than and to the page that it replaces.
 *
 *     npm run bench                                          everything; writes docs/explain/performance.md
 *     npx tsx bench/bench.ts --apps 1 --runs 1 --pairs 2     a quick look; writes nothing
 *     … --before FOLDER                                      beside another version, built in that folder, in turns
 *     … --no-script                                          without the runbook script, which takes minutes for many apps
 */
import {cpus, loadavg} from 'node:os'
import {join, resolve} from 'node:path'
import {parseArgs} from 'node:util'

import {createHome, type Installation, installPlugin} from '../test/support/heroku-cli.js'
import {criticalPath, lengthOf} from './critical-path.js'
import {discoverByPlugin, type Discovered} from './discovery.js'
import {median} from './measure.js'
import {rotateByPlugin, type Rotated, startOfCli, wavesOf} from './plugin.js'
import {compared, type Result, table, write} from './report.js'
import {rotateByRunbook} from './runbook.js'
import {MANY, settings} from './settings.js'
import {measureStartup, printStartup, type StartupResult} from './startup.js'

type Round = {before: null | Rotated; cliMs: number; criticalMs: number; plugin: Rotated; runbook: null | {calls: number; wallMs: number}}

const {values} = parseArgs({
  options: {apps: {type: 'string'}, before: {type: 'string'}, discovered: {type: 'string'}, 'no-script': {type: 'boolean'}, pairs: {type: 'string'}, runs: {type: 'string'}},
})
const isWhole = Object.keys(values).length === 0
const counts = values.apps?.split(',').map(Number) ?? settings.appCounts
const runs = Number(values.runs ?? settings.runs)

const installed = await installPlugin()
const installedBefore = values.before === undefined ? null : await installedIn(values.before)
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`

const [load = 0] = loadavg()
if (load > cpus().length * 0.75) console.log(`this machine is busy (load ${load.toFixed(1)}): what is measured is its load too`)

const startup = await measureStartup(Number(values.pairs ?? settings.pairs))
printStartup(startup)

const rounds = new Map<number, Round[]>(counts.map(count => [count, []]))
for (let run = 0; run < Math.max(runs, settings.runsOfMany); run++) {
  for (const count of counts) {
    if (run >= (count < MANY || values.runs !== undefined ? runs : settings.runsOfMany)) continue
    const round = await measureRound(count, run)
    rounds.get(count)?.push(round)
    const {before, criticalMs, plugin, runbook} = round
    console.log(
      `${count} ${count === 1 ? 'app' : 'apps'}, run ${run + 1}: critical path ${seconds(criticalMs)}, `
      + `plugin ${seconds(plugin.wallMs)} (${plugin.calls} calls), `
      + (before === null ? '' : `before ${seconds(before.wallMs)} (${before.calls} calls), `)
      + (runbook === null ? '' : `script ${seconds(runbook.wallMs)} (${runbook.calls} calls)`),
    )
  }
}

const discovered: Discovered[] = []
for (const count of values.discovered?.split(',').filter(Boolean).map(Number) ?? settings.discovered) {
  const early = installedBefore && await discoverByPlugin(count, await createHome(installedBefore))
  const found = await discoverByPlugin(count, await createHome(installed))
  discovered.push(found)
  if (early) console.log(`before: ${early.overLeast.toFixed(2)} of the least, ${early.callsPerApp.toFixed(2)} calls an app, ${early.rssMb.toFixed(0)} MB`)
  console.log(`discovery of ${count} apps: ${found.overLeast.toFixed(2)} of the least, ${found.callsPerApp.toFixed(2)} calls an app, ${found.rssMb.toFixed(0)} MB`)
}

if (installedBefore) console.log(`\n${compared(counts.map(count => ({apps: count, rounds: rounds.get(count) ?? []})))}`)
const measured = table(grown(counts.map(count => resultOf(count, rounds.get(count) ?? [], startup))), startup, discovered)
console.log(`\n${measured}\n`)
console.log(isWhole ? `written to ${await write(measured)}` : 'not written: only a run without options is')

/** What is compared runs next to each other, in turns first and last. */
async function measureRound(count: number, run: number): Promise<Round> {
  const homes = {with: await createHome(installed), without: await createHome(null)}
  const isScripted = !values['no-script'] && (count < MANY || run < settings.scriptsOfMany)
  const script = async () => isScripted ? rotateByRunbook(count, homes.without) : null
  const rotateBefore = async () => installedBefore && rotateByPlugin(count, await createHome(installedBefore))
  const early = run % 2 === 0 ? undefined : {before: await rotateBefore(), runbook: await script()}
  // Then the files of the plugin are in memory, as those of the CLI are, and the platform, which shares the machine with it, has compiled its code.
  for (let uncounted = 0; uncounted < settings.uncounted; uncounted++) await rotateByPlugin(count, await createHome(installed))
  const started = await startOfCli(homes.with)
  const plugin = await rotateByPlugin(count, homes.with)
  const ended = await startOfCli(homes.with)
  const {before, runbook} = early ?? {before: await rotateBefore(), runbook: await script()}
  const cliMs = (started + ended) / 2
  return {before, cliMs, criticalMs: lengthOf(criticalPath({...settings, startMs: cliMs, waves: wavesOf(count)})), plugin, runbook}
}

/** Its own pack, made by its own support. */
async function installedIn(folder: string): Promise<Installation> {
  const {installPlugin: install}: {installPlugin: typeof installPlugin} = await import(join(resolve(folder), 'test/support/heroku-cli.js'))
  return install()
}

/** Each next to the one with fewer apps. */
function grown(results: readonly Omit<Result, 'growth'>[]): Result[] {
  return results.map((result, index) => {
    const smaller = results[index - 1]
    return {...result, growth: smaller ? (result.wallMs / smaller.wallMs) / (result.apps / smaller.apps) : null}
  })
}

function resultOf(apps: number, of: readonly Round[], {without}: StartupResult): Omit<Result, 'growth'> {
  const middle = (value: (round: Round) => number) => median(of.map(round => value(round)))
  const scripted = of.flatMap(({plugin, runbook}) => (runbook ? {plugin, runbook} : []))
  const middleOfScripts = (value: (round: (typeof scripted)[number]) => number) => median(scripted.map(round => value(round)))
  return {
    apps,
    callsPerApp: {plugin: middle(({plugin}) => plugin.calls) / apps, runbook: middleOfScripts(({runbook}) => runbook.calls) / apps},
    overCriticalPath: middle(({criticalMs, plugin}) => plugin.wallMs / criticalMs),
    peakOverVersion: middle(({plugin}) => plugin.rssMb) / without.rssMb,
    runbookOverPlugin: middleOfScripts(({plugin, runbook}) => runbook.wallMs / plugin.wallMs),
    startOverCli: middle(({cliMs, plugin}) => plugin.startMs / cliMs),
    wallMs: middle(({plugin}) => plugin.wallMs),
  }
}
