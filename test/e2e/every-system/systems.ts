import {spawnSync} from 'node:child_process'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {type GitHub, startGitHub} from '../../sandbox/github/github.js'
import {type Infisical, startInfisical} from '../../sandbox/infisical/infisical.js'
import {type AppSpec, type Clock, realClock, type Sandbox, startSandbox, tokenOf} from '../../sandbox/sandbox.js'
import {logIn} from '../../support/heroku-cli.js'
import {trustFile} from '../../support/trust.js'
import {startHealth} from './health.js'
import {furnish, key, type Machine} from './machine.js'
import {rotationFileOf} from './rotation-file.js'

/** The credential that is rotated, and everything that holds its token. */
export const name = 'example-platform-token'
export const apps = {canary: 'example-app-staging', main: 'example-app', other: 'example-console'} as const
export const repository = 'example/example-app'

const quick = {restartMs: 200, sigtermMs: 400}
const specs: readonly AppSpec[] = [
  {...quick, config: {HEROKU_API_KEY: tokenOf(name), RAILS_ENV: 'staging'}, dynos: {web: 1}, name: apps.canary},
  {...quick, config: {HEROKU_API_KEY: tokenOf(name), OTHER_KEY: tokenOf(name)}, dynos: {web: 1, worker: 1}, name: apps.main},
  {...quick, config: {HEROKU_API_KEY: tokenOf(name)}, dynos: {web: 1}, name: apps.other, releasePhaseMs: 300},
]

export type Options = {
  /** By the name of the app. */
  changes?: Record<string, Partial<AppSpec>>
  clock?: Clock
  latencyMs?: number
  /** Seconds that a probe is given; default 20. */
  within?: number
  /** Default: whether gh is installed. */
  withGitHub?: boolean
  /** How long a run of the workflow takes. */
  workflowMs?: number
}

export type Systems = {
  close(): Promise<void>
  /** What the operator has in the environment: logins of their own, and where the simulated Heroku is. */
  env: Record<string, string>
  github: GitHub | null
  /** Whose token is in each place. */
  held(): Record<string, string>
  home: string
  infisical: Infisical
  machine: Machine
  sandbox: Sandbox
  /** Every token that the credential ever had. */
  tokens: ReadonlySet<string>
}

let foundGh: boolean | undefined

export function hasGh(): boolean {
  foundGh ??= spawnSync('gh', ['--version']).status === 0
  return foundGh
}

/** Everything that a rotation file can name, simulated, around that HOME. All of it is watched for dead tokens. */
export async function openSystems(home: string, {changes = {}, clock = realClock(), latencyMs = 0, within = 20, withGitHub = hasGh(), workflowMs = 300}: Options = {}): Promise<Systems> {
  const sandbox = await startSandbox({
    apps: specs.map(spec => ({...spec, ...changes[spec.name]})), authorizations: [{description: name}], clock, latencyMs,
  })
  const {world} = sandbox
  const value = world.authorization(name)?.token ?? ''
  const infisical = await startInfisical({clock, latencyMs, secrets: [{value, versions: ['an older one']}], world})
  const github = withGitHub
    ? await startGitHub({
      clock,
      repositories: [{name: repository, secrets: [{name: key, value}], workflows: [{dispatch: true, file: 'smoke.yml', listedAfterMs: 100, runMs: workflowMs}]}],
    })
    : null
  const health = await startHealth(world)
  const machine = await furnish(home, value)
  github?.watch(world, {of: repository}, key)
  world.watchValue('profile', machine.profiled)
  world.watchValue('command', machine.kept)
  await writeFile(machine.rotationFile, rotationFileOf({
    apps, healthOf: health.urlOf, infisical, name, repository: github ? repository : null, within,
  }), {mode: 0o600})
  await trustFile(machine.rotationFile, home, sandbox.sessionToken)
  await logIn(home, sandbox.url, {email: 'operator@example.com', token: sandbox.sessionToken})

  const tokens = new Set<string>()
  const learn = () => {
    for (const {description, token} of world.authorizations) if (description.startsWith(name)) tokens.add(token)
    return undefined
  }

  learn()
  sandbox.faults.armRaw(learn)
  const of = (held: null | string | undefined) => (held ? world.nameOf(held) : 'none')

  return {
    async close() {
      await Promise.all([sandbox.close(), infisical.close(), health.close(), github?.close()])
    },
    env: {
      ...await github?.env(join(home, '.config/gh')),
      HEROKU_HOST: sandbox.url,
      HEROKU_PARTICLEBOARD_URL: sandbox.particleboardUrl,
      INFISICAL_TOKEN: infisical.credentials.tokens.identity,
    },
    github,
    held: () => ({
      Infisical: of(infisical.value()),
      ...Object.fromEntries(world.apps.flatMap(app => Object.keys(app.config).filter(each => each.endsWith('_KEY')).map(each => [`${app.name} ${each}`, of(app.config[each])]))),
      ...(github ? {'GitHub secret': of(github.secret({of: repository}, key))} : {}),
      command: of(machine.kept()),
      profile: of(machine.profiled()),
    }),
    home,
    infisical,
    machine,
    sandbox,
    tokens,
  }
}
