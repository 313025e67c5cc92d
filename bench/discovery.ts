import {spawnHeroku} from '../test/support/heroku-cli.js'
import {name, withAccount} from './account.js'
import {measure} from './measure.js'
import {settings} from './settings.js'

export type Discovered = {
  apps: number
  callsPerApp: number
  /** From the first call to the last, over the least that so many reads take. */
  overLeast: number
  rssMb: number
}

const CONCURRENCY = 10
/** The others hold nothing that looks like a token. */
const HOLDERS = 37

/** `discover` in an account of that many apps. */
export function discoverByPlugin(apps: number, home: string): Promise<Discovered> {
  return withAccount(apps, async ({env, sandbox}) => {
    const {ran, usage} = await measure(spawnHeroku(
      ['authorizations:rotate:discover', '--description', name, '--concurrency', String(CONCURRENCY), '--json'],
      {env, home, timeout: 300_000},
    ))
    if (ran.exitCode !== 0) throw new Error(`discover ended with ${ran.exitCode}:\n${ran.stderr}`)
    const {holders} = JSON.parse(ran.stdout)
    if (!Array.isArray(holders) || holders.length !== Math.min(apps, HOLDERS)) throw new Error('discover did not find what holds the token')
    const {log} = sandbox
    const tookMs = (log.at(-1)?.at ?? Number.NaN) - (log[0]?.at ?? Number.NaN) + settings.latencyMs
    return {apps, callsPerApp: log.length / apps, overLeast: tookMs / ((apps / CONCURRENCY) * settings.latencyMs), rssMb: usage.rssMb}
  }, HOLDERS)
}
