import type {Config} from '@oclif/core'
import {type APIClient, vars} from '@heroku-cli/command'
import {randomBytes} from 'node:crypto'
import {lookup} from 'node:dns/promises'
import * as z from 'zod'
import type {Context} from '../context.js'
import type {Fetch, Person, Report} from '../ports.js'
import {heroku, refused, todo} from '../errors.js'
import {PlatformApi} from '../heroku/platform-api.js'
import {isSendable} from '../heroku/redaction.js'
import {type AskSecondFactor, secondFactor} from '../heroku/second-factor.js'
import {Transport} from '../heroku/transport.js'
import {keptFetch} from '../http/kept.js'
import {hasProxy} from '../http/proxy-variables.js'
import {pathsBelow} from '../journal/paths.js'
import {newSession} from '../rotation/report/explain.js'
import {Filter} from '../secrecy/filter.js'
import {Secret} from '../secrecy/secret.js'
import {runWith} from '../system/child-process.js'
import {realClock} from '../system/clock.js'
import {realDisk, refuseForeign} from '../system/disk.js'
import {realProcesses} from '../system/processes.js'
import {LONGEST_WAIT} from '../text/duration.js'
import {visibleLines} from '../text/shown.js'
import {apiUrl} from './api-url.js'

const DEADLINE_MS = 30_000
/** Whoever presses Tab waits for it. */
const COMPLETION_MS = 5000
const random = {bytes: (count: number) => new Uint8Array(randomBytes(count)), number: () => Math.random()}

type Parts = {
  config: Config
  env: NodeJS.ProcessEnv
  filter: Filter
  heroku: APIClient
  onScreen<T>(work: () => Promise<T>): Promise<T>
  person: Person
  report: Report
  /** Writes to the person, on a screen that is left to a question. */
  say(text: string): void
  signal: AbortSignal
}

export const temporaryName = (): string => randomBytes(6).toString('hex')

export async function makeContext({config, env, filter, heroku: client, onScreen, person, report, say, signal}: Parts): Promise<Context> {
  const platform = platformOf(config, env)
  const stored = await client.getAuth()
  if (!stored) throw refused('ROTATE_NO_SESSION', 'You are not logged in.', heroku('login'))
  const session = new Secret(stored.trim())
  const isGiven = Boolean(env['HEROKU_API_KEY'])
  // A program that is started later could read the session from the environment of this process.
  delete env['HEROKU_API_KEY']
  const lend = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isGiven) env['HEROKU_API_KEY'] = stored
    try {
      return await work()
    } finally {
      delete env['HEROKU_API_KEY']
    }
  }

  filter.add(session)
  if (!isSendable(session)) {
    const told = `${isGiven ? 'HEROKU_API_KEY' : 'Your login'} is not a valid token: no token has spaces or quotes in it.`
    throw refused('ROTATE_SESSION', told, isGiven ? newSession : heroku('login'))
  }

  const fetch = await fetchFor(env)
  const transport = new Transport({...platform, deadlineMs: deadline(env), fetch: hasProxy(env) ? fetch : keptFetch(), report, signal})
  const ask: AskSecondFactor = async (app, isAgain) => {
    const whose = app === null ? '' : ` for ${app}`
    return onScreen(() => {
      say(visibleLines(isAgain ? `Heroku did not accept that code${whose}.\n` : `Heroku asks for a two-factor code${whose}.\n`))
      return client.twoFactorPrompt()
    })
  }

  return {
    ...(await filesOf(config)),
    api: new PlatformApi(secondFactor(transport, ask), session),
    clock: platform.clock,
    filter,
    lend,
    outside: {env, fetch, home: config.home, logins: new Map(), lookup: async host => (await lookup(host, {all: true})).map(({address}) => address), person, run: runWith(env)},
    processes: realProcesses(),
    random,
    report,
    session,
    signal,
  }
}

export async function filesOf({dataDir}: Pick<Config, 'dataDir'>) {
  const paths = pathsBelow(dataDir)
  await refuseForeign(paths.root)
  return {disk: realDisk(temporaryName), paths}
}

/** Also has the session, which signs what it trusts. */
export async function trustStoreOf(config: Pick<Config, 'dataDir'>, client: APIClient, filter: Filter) {
  const stored = await client.getAuth()
  const session = stored ? new Secret(stored.trim()) : null
  filter.add(session)
  return {...(await filesOf(config)), session}
}

/** For the completion of a word, which asks nobody; null where nobody is logged in. */
export async function completionApi(config: Pick<Config, 'platform' | 'version'>, client: APIClient, env: NodeJS.ProcessEnv): Promise<null | PlatformApi> {
  const stored = await client.getAuth()
  if (!stored) return null
  const transport = new Transport({...platformOf(config, env), deadlineMs: COMPLETION_MS, fetch: await fetchFor(env), signal: AbortSignal.timeout(COMPLETION_MS)})
  return new PlatformApi(secondFactor(transport, () => Promise.reject(new Error('nobody is asked while a word is completed'))), new Secret(stored.trim()))
}

const platformOf = ({platform, version}: Pick<Config, 'platform' | 'version'>, env: NodeJS.ProcessEnv) => ({
  baseUrl: apiUrl(vars.apiUrl),
  clock: realClock(),
  headers: {'user-agent': `heroku-cli/${version} ${platform}`, ...headersOf(env)},
  random,
})

/** `HEROKU_ROTATE_DEADLINE`: seconds that one call may take. */
function deadline(env: NodeJS.ProcessEnv): number {
  const seconds = Number(env['HEROKU_ROTATE_DEADLINE'])
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, LONGEST_WAIT) * 1000 : DEADLINE_MS
}

/** Reads HEROKU_HEADERS, the CLI's own variable for more headers on every call: a JSON object. */
export function headersOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const text = env['HEROKU_HEADERS']
  if (!text) return {}
  try {
    // An invalid header would make fetch fail as if the network were down, so Headers checks each of them here.
    return Object.fromEntries(new Headers(z.record(z.string(), z.string()).parse(JSON.parse(text))))
  } catch {
    throw refused('ROTATE_HEADERS', 'HEROKU_HEADERS is not a JSON object of strings, or one of them cannot be a header.', todo('unset HEROKU_HEADERS'))
  }
}

// Node's own fetch knows no proxies before Node 24; undici is loaded only where one is set.
async function fetchFor(env: NodeJS.ProcessEnv): Promise<Fetch> {
  if (!hasProxy(env)) return (url, init) => globalThis.fetch(url, init)
  return (await import('../http/proxy.js')).proxiedFetch(env)
}
