import {readFile, writeFile} from 'node:fs/promises'
import {cpus} from 'node:os'
import {join} from 'node:path'

import type {Discovered} from './discovery.js'
import type {Rotated} from './plugin.js'
import type {StartupResult} from './startup.js'

import {projectRoot} from '../test/support/heroku-cli.js'
import {cliPackage} from '../test/support/installed-cli.js'
import {median} from './measure.js'
import {aims, MANY, settings} from './settings.js'

/** Medians over the runs with that many apps. */
export type Result = {
  apps: number
  /** How often the platform was called, for each app. */
  callsPerApp: {plugin: number; runbook: number}
  /** Wall time over that of the next smaller number of apps, over how many more they are; null for the smallest. */
  growth: null | number
  /** Wall time over the critical path. */
  overCriticalPath: number
  peakOverVersion: number
  /** The script's wall time over the plugin's. */
  runbookOverPlugin: number
  /** Until the first call, over the CLI's own start. */
  startOverCli: number
  wallMs: number
}

const page = join(projectRoot, 'docs/explain/performance.md')
const [from, to] = ['<!-- npm run bench writes from here -->', '<!-- to here -->']

const ratio = (value: number) => Number.isFinite(value) ? value.toFixed(2) : '–'

function against(aim: number, value: number, isMet: boolean): string {
  return isMet ? ratio(value) : `**aim ${aim}, measured ${ratio(value)}**`
}

export function table(results: readonly Result[], startup: StartupResult, discovered: readonly Discovered[] = []): string {
  const rows: [what: string, aim: string, cell: (result: Result) => string][] = [
    [
      'wall time over the critical path',
      `at most ${aims.criticalPath}, from ${MANY} apps on ${aims.criticalPathOfMany}`,
      ({apps, overCriticalPath: value}) => {
        const aim = apps < MANY ? aims.criticalPath : aims.criticalPathOfMany
        return against(aim, value, value <= aim)
      },
    ],
    [
      'the runbook script over the plugin',
      `at least ${aims.runbook}`,
      ({runbookOverPlugin: value}) => against(aims.runbook, value, value >= aims.runbook),
    ],
    [
      'times as long as with fewer apps, over times as many',
      `at most ${aims.growth}`,
      ({growth}) => growth === null ? '' : against(aims.growth, growth, growth <= aims.growth),
    ],
    ['until the first call, over the start of the CLI', '', ({startOverCli}) => ratio(startOverCli)],
    ['calls for each app, by the plugin', '', ({callsPerApp}) => callsPerApp.plugin.toFixed(1)],
    ['calls for each app, by the script', '', ({callsPerApp}) => callsPerApp.runbook.toFixed(1)],
    ['peak memory over `heroku version`', '', ({peakOverVersion}) => ratio(peakOverVersion)],
  ]
  return [
    markdown([
      ['a rotation', 'aim', ...results.map(({apps}) => `${apps} ${apps === 1 ? 'app' : 'apps'}`)],
      ...rows.map(([what, aim, cell]) => [what, aim, ...results.map(result => cell(result))]),
    ]),
    ...(discovered.length === 0
      ? []
      : [markdown([
        ['a discovery', 'aim', ...discovered.map(({apps}) => `${apps} apps`)],
        [
          'time over (apps / concurrency) × latency', `at most ${aims.discovery}`,
          ...discovered.map(({overLeast}) => against(aims.discovery, overLeast, overLeast <= aims.discovery)),
        ],
        [
          'calls for each app', `at most ${aims.callsToDiscover}`,
          ...discovered.map(({callsPerApp}) => against(aims.callsToDiscover, callsPerApp, callsPerApp <= aims.callsToDiscover)),
        ],
        ['peak memory over `heroku version`', '', ...discovered.map(({rssMb}) => ratio(rssMb / startup.without.rssMb))],
      ])]),
    markdown([
      ['`heroku version`, with the plugin over without', ''],
      ['wall time', startup.ratio.wall.toFixed(3)],
      ['peak memory', startup.ratio.rss.toFixed(3)],
    ]),
  ].join('\n\n')
}

type Beside = {apps: number; rounds: readonly {before: null | Rotated; cliMs: number; criticalMs: number; plugin: Rotated}[]}

/** Another version and this one, rotated in turns. */
export function compared(all: readonly Beside[]): string {
  const cell = ({rounds}: Beside, value: (one: Rotated, round: {cliMs: number; criticalMs: number}) => number) =>
    [(round: Beside['rounds'][number]) => round.before, ({plugin}: Beside['rounds'][number]) => plugin]
      .map(of => median(rounds.flatMap(round => {
        const one = of(round)
        return one ? [value(one, round)] : []
      })).toFixed(2)).join(' → ')
  return markdown([
    ['before → after', ...all.map(({apps}) => `${apps} ${apps === 1 ? 'app' : 'apps'}`)],
    ['wall time over the critical path', ...all.map(one => cell(one, ({wallMs}, {criticalMs}) => wallMs / criticalMs))],
    ['until the first call, over the start of the CLI', ...all.map(one => cell(one, ({startMs}, {cliMs}) => startMs / cliMs))],
    ['calls for each app', ...all.map(one => cell(one, ({calls}) => calls / one.apps))],
    ['wall time, after over before', ...all.map(({rounds}) => median(rounds.map(({before, plugin}) => plugin.wallMs / (before?.wallMs ?? Number.NaN))).toFixed(2))],
  ])
}

function markdown([head = [], ...rows]: string[][]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map(row => row[column]?.length ?? 0)))
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map(width => '-'.repeat(width))), ...rows.map(row => line(row))].join('\n')
}

/** Replaces the measured part of docs/explain/performance.md. */
export async function write(measured: string): Promise<string> {
  const text = await readFile(page, 'utf8')
  const start = text.indexOf(from)
  const end = text.indexOf(to)
  if (start === -1 || end < start) throw new Error(`${page} has no part to replace`)
  const {version} = JSON.parse(await readFile(join(cliPackage, 'package.json'), 'utf8'))
  const {pairs, runs, runsOfMany, scriptsOfMany} = settings
  const how = `Medians of ${runs} rotations each, from ${MANY} apps on of ${runsOfMany} (by the script ${scriptsOfMany}), and of ${pairs} pairs of \`heroku version\`; `
    + `heroku ${version}, Node ${process.versions.node}, ${process.platform}, ${cpus().length} cores.`
  await writeFile(page, `${text.slice(0, start)}${from}\n\n${measured}\n\n${how}\n\n${text.slice(end)}`)
  return page
}
