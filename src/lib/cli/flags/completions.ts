import type {Config} from '@oclif/core/interfaces'
import {APIClient, vars} from '@heroku-cli/command'
import {randomBytes} from 'node:crypto'
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {isLogin, isName, parseDescription} from '../../credentials/description.js'
import {PlatformApi} from '../../heroku/platform-api.js'
import {SecondFactor} from '../../heroku/second-factor.js'
import {Transport} from '../../heroku/transport.js'
import {pathsBelow} from '../../journal/paths.js'
import {Secret} from '../../secrecy/secret.js'
import {realClock} from '../../system/clock.js'
import {apiUrl} from '../api-url.js'

/** Known to the CLI, though not to the types of oclif. */
type Completion = {cacheDuration: number; cacheKey(): Promise<string>; options(asked: {config: Config}): Promise<string[]>}

const CLOSED = '"type":"closed"'

const MINUTE = 60
const DAY = 24 * 60 * MINUTE
/** Whoever presses Tab waits for it. */
const DEADLINE_MS = 5000

/** Offers the names of apps. The CLI has them in the same cache for --app of every command; its own client cannot be bundled. */
export const apps: Completion = {
  cacheDuration: DAY,
  cacheKey: async () => 'app',
  options: async ({config}) => ((await apiOf(config))?.apps() ?? Promise.resolve([])).then(all => all.map(({name}) => name).sort()),
}

export const pipelines: Completion = {
  cacheDuration: DAY,
  cacheKey: async () => 'authorizations-rotate-pipelines',
  options: async ({config}) => ((await apiOf(config))?.pipelines() ?? Promise.resolve([])).then(all => all.flatMap(({name}) => [`${name}/review`, `${name}/test`]).sort()),
}

/** Offers the names of the credentials, dates left out, and no CLI logins. */
export const descriptions: Completion = {
  cacheDuration: 10 * MINUTE,
  cacheKey: async () => 'authorizations-rotate-descriptions',
  options: async ({config}) => namesIn((await (await apiOf(config))?.authorizations()) ?? []),
}

/** Offers the rotations of this machine that are in flight. */
export const rotations: Completion = {
  // The CLI knows a duration only, and would keep them for a day without one.
  cacheDuration: 1,
  cacheKey: async () => 'authorizations-rotate-rotations',
  options: ({config}) => openIn(pathsBelow(config.dataDir).rotations),
}

export function namesIn(all: readonly {client: null | string; description: string}[]): string[] {
  const names = all.filter(each => each.client === null && !isLogin(each)).map(({description}) => parseDescription(description).name)
  return [...new Set(names.filter(name => isName(name)))].sort()
}

/** Without the check of the journals that a command makes: a wrong suggestion does no harm. */
export async function openIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.jsonl')).sort()
  const all = await Promise.all(names.map(async name => ({id: name.slice(0, -'.jsonl'.length), text: await readFile(join(folder, name), 'utf8').catch(() => CLOSED)})))
  return all.filter(({text}) => !text.includes(CLOSED)).map(({id}) => id)
}

async function apiOf(config: Config): Promise<null | PlatformApi> {
  const stored = await new APIClient(config).getAuth()
  if (!stored) return null
  const random = {bytes: (count: number) => new Uint8Array(randomBytes(count)), number: () => Math.random()}
  const transport = new Transport({
    baseUrl: apiUrl(vars.apiUrl),
    clock: realClock(),
    deadlineMs: DEADLINE_MS,
    fetch: (url, init) => globalThis.fetch(url, init),
    headers: {'user-agent': `heroku-cli/${config.version} ${config.platform}`},
    random,
    signal: AbortSignal.timeout(DEADLINE_MS),
  })
  return new PlatformApi(new SecondFactor(transport, () => Promise.reject(new Error('nobody is asked while a word is completed'))), new Secret(stored.trim()))
}
