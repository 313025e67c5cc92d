import {type Sandbox, startSandbox, tokenOf} from '../test/sandbox/sandbox.js'
import {settings} from './settings.js'

export const name = 'example-platform-token'
export const key = 'HEROKU_API_KEY'

export type Account = {apps: readonly string[]; env: Record<string, string>; sandbox: Sandbox}

/** One token, held by that many apps, or by the first `holders` of them, on a platform of the bench's settings; gone when `use` is through. */
export async function withAccount<T>(count: number, use: (account: Account) => Promise<T>, holders = count): Promise<T> {
  const apps = Array.from({length: count}, (_, index) => `example-app-${index + 1}`)
  const {drainMs, latencyMs, releasePhaseMs, restartMs} = settings
  const sandbox = await startSandbox({
    apps: apps.map((app, index) => ({
      config: index < holders ? {[key]: tokenOf(name)} : {RAILS_ENV: 'production'},
      name: app,
      ...(releasePhaseMs === 0 ? {} : {releasePhaseMs}),
      restartMs,
      sigtermMs: drainMs,
    })),
    authorizations: [{description: name}],
    latencyMs,
  })
  try {
    const {particleboardUrl, sessionToken, url} = sandbox
    return await use({apps, env: {[key]: sessionToken, HEROKU_HOST: url, HEROKU_PARTICLEBOARD_URL: particleboardUrl}, sandbox})
  } finally {
    await sandbox.close()
  }
}

/** A run that did not do its work must not count as a fast one. */
export function assertRotated({apps, sandbox: {world}}: Account, output: string): void {
  const alive = world.authorizations.filter(({id}) => id !== world.session.id)
  const [incoming] = alive
  const problems = [
    ...(alive.length === 1 && incoming?.description !== name ? [] : [`alive: ${alive.map(({description}) => description).join(', ') || 'none'}`]),
    ...apps.filter(app => world.app(app).config[key] !== incoming?.token).map(app => `${app} does not hold the incoming token`),
    ...world.violations.map(({consumer, detail}) => `${consumer}: ${detail}`),
  ]
  if (problems.length > 0) throw new Error(`the rotation is not done:\n${problems.join('\n')}\n${output}`)
}
