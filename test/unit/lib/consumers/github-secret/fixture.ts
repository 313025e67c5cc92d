import {spawnSync} from 'node:child_process'
/** The adapter with the real gh, on a GitHub of the sandbox. */
import {createHash} from 'node:crypto'
import {join} from 'node:path'

import type {Access} from '../../../../../src/lib/consumers/adapter.js'
import type {Run} from '../../../../../src/lib/ports.js'
import type {VirtualClock} from '../../../../sandbox/sandbox.js'

import {githubSecret} from '../../../../../src/lib/consumers/github-secret.js'
import {PlatformApi} from '../../../../../src/lib/heroku/platform-api.js'
import {secondFactor} from '../../../../../src/lib/heroku/second-factor.js'
import {Transport} from '../../../../../src/lib/heroku/transport.js'
import {Secret} from '../../../../../src/lib/secrecy/secret.js'
import {runWith} from '../../../../../src/lib/system/child-process.js'
import {type GitHub, type GitHubOptions, startGitHub} from '../../../../sandbox/github/github.js'
import {virtualClock} from '../../../../sandbox/sandbox.js'
import {skip} from '../../../../support/skip.js'
import {tempRoot} from '../../../../support/temp-root.js'

type Options = Omit<GitHubOptions, 'clock'>

export type Fixture = {
  access: Access
  clock: VirtualClock
  env: Record<string, string | undefined>
  github: GitHub
  progress: string[]
}

/** A GitHub for each test of the suite that calls this; the suite is skipped where there is no gh. */
export function withGh(options: Options): () => Fixture {
  const root = tempRoot()
  let fixture: Fixture | undefined

  before('looks for gh', skipWithoutGh)

  beforeEach('starts GitHub', async function () {
    fixture = await makeFixture(options, root())
  })

  afterEach('stops it', async function () {
    await fixture?.github.close()
    fixture = undefined
  })

  return () => {
    if (!fixture) throw new Error('only within a test')
    return fixture
  }
}

export function skipWithoutGh(this: Mocha.Context): void {
  if (spawnSync('gh', ['--version']).status !== 0) skip(this, 'gh, the GitHub CLI, is not installed')
}

export async function makeFixture(options: Options, root: string): Promise<Fixture> {
  const clock = virtualClock()
  const github = await startGitHub({...options, clock})
  const progress: string[] = []
  const {PATH} = process.env
  // Looked up at each run: a test may change it.
  const env: Fixture['env'] = {HOME: root, PATH, ...(await github.env(join(root, 'gh')))}
  const run: Run = (command, settings) => clock.during(runWith(env)(command, settings))
  const fetch = async () => {
    throw new Error('nothing is fetched here')
  }

  const transport = new Transport({
    baseUrl: 'https://api.heroku.test', clock, deadlineMs: 1000, fetch, headers: {}, random: {bytes: count => new Uint8Array(count), number: () => 0}, signal: AbortSignal.abort(),
  })
  const access: Access = {
    api: new PlatformApi(secondFactor(transport, fetch), new Secret('session')),
    clock,
    env,
    fetch,
    home: root,
    lookup: async () => [],
    person: {agrees: async () => null, confirms: async () => null},
    progress: detail => progress.push(detail),
    resumed: false,
    run,
    signal: new AbortController().signal,
    timeoutMs: 0,
  }
  return {access, clock, env, github, progress}
}

export const addressOf = (changes: Record<string, string>) => githubSecret.address.parse({kind: 'github-secret', ...changes})

export const inRepository = addressOf({repository: 'octo/app'})

/** Long enough for any filter to know it, and unlike a token. */
export function exampleValue(seed: string): string {
  return `value-${createHash('sha256').update(seed).digest('base64url')}`
}

export const valuesOf = (value: null | string, name = 'HEROKU_API_KEY') => new Map([[name, value === null ? null : new Secret(value)]])
