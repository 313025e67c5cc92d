import type {Config} from '@oclif/core/interfaces'
import {APIClient} from '@heroku-cli/command'
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {isLogin, parseDescription} from '../../credentials/description.js'
import {pathsBelow} from '../../journal/paths.js'
import {completionApi} from '../composition.js'

/** Known to the CLI, though not to the types of oclif. */
type Completion = {cacheDuration: number; cacheKey(): Promise<string>; options(asked: {config: Config}): Promise<string[]>}

const CLOSED = '"type":"closed"'

const MINUTE = 60
const DAY = 24 * 60 * MINUTE

/** Offers the names of apps. The CLI has them in the same cache for --app of every command; its own client cannot be bundled. */
export const apps: Completion = {
  cacheDuration: DAY,
  cacheKey: async () => 'app',
  options: async ({config}) => offered(((await (await apiOf(config))?.apps()) ?? []).map(({name}) => name)),
}

export const pipelines: Completion = {
  cacheDuration: DAY,
  cacheKey: async () => 'authorizations-rotate-pipelines',
  options: async ({config}) => offered(((await (await apiOf(config))?.pipelines()) ?? []).flatMap(({name}) => [`${name}/review`, `${name}/test`])),
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

/** Leaves out what a shell would obey: the script of the CLI has bash expand each name that it offers. */
const offered = (names: readonly string[]): string[] => [...new Set(names)].filter(name => /^[\p{L}\p{N}_+,./:=@-]+$/u.test(name)).sort()

export function namesIn(all: readonly {client: null | string; description: string}[]): string[] {
  return offered(all.filter(each => each.client === null && !isLogin(each)).map(({description}) => parseDescription(description).name))
}

/** Without the check of the journals that a command makes: a wrong suggestion does no harm. */
export async function openIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.jsonl')).sort()
  const all = await Promise.all(names.map(async name => ({id: name.slice(0, -'.jsonl'.length), text: await readFile(join(folder, name), 'utf8').catch(() => CLOSED)})))
  return all.filter(({text}) => !text.includes(CLOSED)).map(({id}) => id)
}

const apiOf = (config: Config) => completionApi(config, new APIClient(config), process.env)
