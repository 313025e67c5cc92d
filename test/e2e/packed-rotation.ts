/*
 * Rotates once with the packed plugin in the real heroku CLI, against the sandbox.
 *
 *     tsx test/e2e/packed-rotation.ts [HOME that has the plugin installed]
 */
import {startSandbox, tokenOf} from '../sandbox/sandbox.js'
import {createHome, installPlugin, runHeroku} from '../support/heroku-cli.js'

const name = 'example-platform-token'
const app = {config: {HEROKU_API_KEY: tokenOf(name)}, dynos: {web: 1}, restartMs: 300, sigtermMs: 200}

const sandbox = await startSandbox({
  apps: [{...app, name: 'example-app-staging'}, {...app, name: 'example-app', releasePhaseMs: 500}],
  authorizations: [{description: name}],
})

try {
  const home = process.argv[2] ?? await createHome(await installPlugin())
  const {exitCode, stderr, stdout} = await runHeroku([
    'authorizations:rotate', '--description', name,
    '--canary', 'example-app-staging', '--app', 'example-app',
    '--drain', '1', '--confirm', name, '--json',
  ], {
    env: {HEROKU_API_KEY: sandbox.sessionToken, HEROKU_HOST: sandbox.url, HEROKU_PARTICLEBOARD_URL: sandbox.particleboardUrl},
    home,
  })

  const problems = [
    ...(exitCode === 0 ? [] : [`exit code ${exitCode}`]),
    ...(stdout.includes('"completed"') ? [] : ['the rotation is not completed']),
    ...sandbox.world.violations.map(({consumer, detail}) => `${consumer}: ${detail}`),
    ...(sandbox.world.authorizations.length === 2 ? [] : ['not exactly the session and one token are alive']),
  ]
  if (problems.length > 0) throw new Error(`${problems.join('\n')}\n${stdout}${stderr}`)
  console.log('rotated once, with the packed plugin in the real CLI')
} finally {
  await sandbox.close()
}
