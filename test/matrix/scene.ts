import {appendFileSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import type {Ran} from '../support/cli-process.js'

import {type Fault, type Match, realClock, type Sandbox, type SandboxOptions, startSandbox, tokenOf} from '../sandbox/sandbox.js'
import {spawnPlugin} from '../support/plugin-cli.js'

/** The credential that is rotated. */
export const credential = 'example-platform-token'

/** Seconds. */
export const DRAIN = 3

/** Times in the sandbox and in the plugin pass this much faster than outside. */
const SPEED = 20

const preload = fileURLToPath(new URL('preload.mjs', import.meta.url))
const holder = {config: {HEROKU_API_KEY: tokenOf(credential), RAILS_ENV: 'production'}, restartMs: 200, sigtermMs: 2000}

/** Three consumers in two waves; one has a release phase and a key that it did not have before. */
export const world: SandboxOptions = {
  apps: [
    {...holder, dynos: {web: 1}, name: 'example-app-staging'},
    {...holder, dynos: {web: 1, worker: 1}, name: 'example-app', releasePhaseMs: 400},
    {...holder, dynos: {web: 1}, name: 'example-console'},
  ],
  authorizations: [{description: credential}],
}

const ADDED = 'OTHER_KEY'

/** What is written of each app. */
export type Keys = {app: string; keys: string[]; wave: 0 | 1}[]

export const consumers: Keys = [
  {app: 'example-app-staging', keys: ['HEROKU_API_KEY'], wave: 0},
  {app: 'example-app', keys: ['HEROKU_API_KEY', ADDED], wave: 1},
  {app: 'example-console', keys: ['HEROKU_API_KEY'], wave: 1},
]

export const flagValue = ({app, keys}: Keys[number]) => `${app}:${keys.join(',')}`

/** Nobody has set these before. */
export const addedOf = (written: Keys): string[] => written.filter(({keys}) => keys.includes(ADDED)).map(({app}) => `${app}:${ADDED}`)

export function rotateCommand(written = consumers): string[] {
  return [
    'authorizations:rotate',
    '--description', credential,
    ...written.flatMap(consumer => [consumer.wave === 0 ? '--canary' : '--app', flagValue(consumer)]),
    ...addedOf(written).flatMap(text => ['--add', text]),
    '--drain', String(DRAIN),
    '--confirm', credential,
  ]
}

/**
 * A death: at its nth request, at the nth use of a request (such as `GET /account`), or at its nth fsync. With `powerFails`,
 * which is for disks in memory, what was not fsynced by then is gone.
 */
export type Death =
  | {how: 'kept' | 'lost' | 'torn'; write: number}
  | {nth: number; powerFails?: true; use: string; when: 'after' | 'before'}
  | {request: number; when: 'after' | 'before'}

/** Ids differ from run to run, so any id stands for all. */
export const useOf = ({method, path}: {method: string; path: string}) => `${method} ${path.replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, ':id')}`

export function matchOf(death: Exclude<Death, {write: number}>, sent: number): Match {
  if ('request' in death) return {n: sent + death.request}
  const [method = '', path = ''] = death.use.split(' ')
  return {method, nth: death.nth, path}
}

export type Scene = {
  close(): Promise<void>
  /** A HOME is a machine. */
  home: string
  run(command: readonly string[], options?: {death?: Death; fault?: Fault; home?: string}): Promise<Ran>
  /** Every run so far. */
  runs: readonly (Ran & {command: string})[]
  sandbox: Sandbox
  /** What the plugin fsynced so far, one path a line. */
  writes(): string[]
}

export type SceneOptions = {
  options?: SandboxOptions
  /** Whose token the CLI is logged in with; the outgoing one where the operator rotates their own. */
  session?: 'login' | 'outgoing'
}

export async function openScene({options = world, session = 'login'}: SceneOptions = {}): Promise<Scene> {
  const origin = Date.now()
  const sandbox = await startSandbox({...options, clock: realClock(SPEED)})
  const home = mkdtempSync(join(tmpdir(), 'matrix-'))
  const token = session === 'login' ? sandbox.sessionToken : sandbox.world.authorization(credential)?.token
  const notes = join(home, 'fsyncs')
  appendFileSync(notes, '')
  const runs: (Ran & {command: string})[] = []

  return {
    async close() {
      await sandbox.close()
      rmSync(home, {force: true, recursive: true})
    },
    home,
    async run(command, {death, fault, home: elsewhere = home} = {}) {
      const running = spawnPlugin(command, {
        env: {
          HEROKU_API_KEY: token,
          HEROKU_HOST: sandbox.url,
          HEROKU_PARTICLEBOARD_URL: sandbox.particleboardUrl,
          MATRIX_CLOCK: `${origin},${SPEED}`,
          MATRIX_DIE: death && 'write' in death ? `${death.how}:${death.write}` : undefined,
          MATRIX_WRITES: notes,
          NODE_OPTIONS: `--import=${preload}`,
        },
        home: elsewhere,
      })
      sandbox.clientPid = running.pid
      const wanted: Fault | undefined = death && 'when' in death ? {kind: `kill-${death.when}`, match: matchOf(death, sandbox.log.length)} : fault
      const armed = wanted && sandbox.faults.arm(wanted)
      const ran = await running.done
      armed?.disarm()
      runs.push({...ran, command: command.join(' ')})
      return ran
    },
    runs,
    sandbox,
    writes: () => readFileSync(notes, 'utf8').split('\n').slice(0, -1),
  }
}
