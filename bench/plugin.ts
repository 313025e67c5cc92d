import {runHeroku, spawnHeroku} from '../test/support/heroku-cli.js'
import {assertRotated, name, withAccount} from './account.js'
import {measure, type Usage} from './measure.js'
import {settings} from './settings.js'

export type Rotated = Usage & {
  calls: number
  /** Until the platform received the first call. */
  startMs: number
}

/** One app, or a canary and the others: the waves that the critical path has to count. */
export const wavesOf = (count: number) => count === 1 ? 1 : 2

export function rotateByPlugin(count: number, home: string): Promise<Rotated> {
  return withAccount(count, async account => {
    const [first = '', ...others] = account.apps
    const startedAt = Date.now()
    const {ran, usage} = await measure(spawnHeroku([
      'authorizations:rotate', '--description', name,
      ...(wavesOf(count) === 1 ? ['--app', first] : ['--canary', first, ...others.flatMap(app => ['--app', app])]),
      '--drain', String(settings.drainMs / 1000), '--confirm', name,
    ], {env: account.env, home, timeout: 300_000}))
    if (ran.exitCode !== 0) throw new Error(`the plugin ended with ${ran.exitCode}:\n${ran.stderr}`)
    assertRotated(account, ran.stderr)
    const {log} = account.sandbox
    return {...usage, calls: log.length, startMs: (log[0]?.at ?? Number.NaN) - startedAt}
  })
}

/** The CLI's start: it finds our command, prints what it knows of it, and calls nobody. */
export async function startOfCli(home: string): Promise<number> {
  const {durationMs, exitCode, stderr} = await runHeroku(['authorizations:rotate', '--help'], {home})
  if (exitCode !== 0) throw new Error(`--help ended with ${exitCode}:\n${stderr}`)
  return durationMs
}
