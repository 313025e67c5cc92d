import {lstat, readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {type AppSpec, type Sandbox, type SandboxOptions, startSandbox, tokenOf} from '../sandbox/sandbox.js'

/** The credential that is rotated, and what holds its token: one canary, and two apps that come after it. */
export const name = 'example-token'
export const canary = 'example-app-staging'
export const app = 'example-app'
export const releasing = 'example-console'

const quick = {dynos: {web: 1}, restartMs: 300, sigtermMs: 400}
const specs: readonly AppSpec[] = [
  {...quick, config: {HEROKU_API_KEY: tokenOf(name), RAILS_ENV: 'staging'}, name: canary},
  {...quick, config: {HEROKU_API_KEY: tokenOf(name), OTHER_KEY: tokenOf(name)}, dynos: {web: 2, worker: 1}, name: app},
  {...quick, config: {HEROKU_API_KEY: tokenOf(name)}, name: releasing, releasePhaseMs: 600},
]

/** `changes` by the name of the app. */
export function startExample(changes: Record<string, Partial<AppSpec>> = {}, options: SandboxOptions = {}): Promise<Sandbox> {
  return startSandbox({
    apps: specs.map(spec => ({...spec, ...changes[spec.name]})),
    authorizations: [{description: name}],
    ...options,
  })
}

/** What points the CLI at the sandbox; the session included. */
export const environmentOf = ({particleboardUrl, sessionToken, url}: Sandbox) =>
  ({HEROKU_API_KEY: sessionToken, HEROKU_HOST: url, HEROKU_PARTICLEBOARD_URL: particleboardUrl})

export const consumers = ['--canary', canary, '--app', `${app}:HEROKU_API_KEY,OTHER_KEY`, '--app', releasing]

/** Names the credential and its consumers, and waits as long for old dynos as the sandbox lets them run. */
export const planned = ['--description', name, ...consumers, '--drain', '1']

export const rotate = ['authorizations:rotate', ...planned]
export const confirmed = ['--confirm', name]

/** Everything but reads and log sessions, as `POST /oauth/authorizations`. */
export const changesIn = ({log}: Sandbox): string[] =>
  log.filter(({method, path}) => method !== 'GET' && !path.endsWith('/log-sessions')).map(({method, path}) => `${method} ${path}`)

/** The descriptions of the live ones of that name. */
export const aliveIn = ({world}: Sandbox): string[] =>
  world.authorizations.map(({description}) => description).filter(description => description.startsWith(name))

/** Whose token each config var of the example's consumers holds. */
export const heldIn = ({world}: Sandbox): Record<string, string[]> =>
  Object.fromEntries([canary, app, releasing].map(each => {
    const {HEROKU_API_KEY = '', OTHER_KEY} = world.app(each).config
    return [each, [HEROKU_API_KEY, ...(OTHER_KEY === undefined ? [] : [OTHER_KEY])].map(value => world.nameOf(value))]
  }))

export const utcDate = () => new Date().toISOString().slice(0, 10)

export const pluginData = (home: string) => join(home, '.local/share/heroku/authorizations-rotate')

export type Entry = {mode: number; path: string; text: string | null}

/** The files and directories below a directory, links not followed; `text` is null for a directory. */
export async function entriesBelow(directory: string): Promise<Entry[]> {
  const names = await readdir(directory).catch(() => [])
  const found = await Promise.all(names.map(async each => {
    const path = join(directory, each)
    const stats = await lstat(path)
    const mode = stats.mode & 0o777
    if (stats.isDirectory()) return [{mode, path, text: null}, ...await entriesBelow(path)]
    return stats.isFile() ? [{mode, path, text: await readFile(path, 'utf8')}] : []
  }))
  return found.flat()
}
