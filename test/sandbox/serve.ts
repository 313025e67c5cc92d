import {parseArgs} from 'node:util'

import {exampleAccount} from './example-account.js'
import {realClock, startSandbox} from './sandbox.js'

const {values} = parseArgs({
  options: {
    help: {default: false, type: 'boolean'},
    latency: {default: '50', type: 'string'},
    port: {default: '0', type: 'string'},
    speed: {default: '1', type: 'string'},
  },
})

if (values.help) {
  process.stdout.write('npm run sandbox -- [--latency MS] [--port PORT] [--speed TIMES]\n')
  process.exit()
}

const sandbox = await startSandbox({
  ...exampleAccount,
  clock: realClock(Number(values.speed)),
  latencyMs: Number(values.latency) * Number(values.speed),
  port: Number(values.port),
})

process.stdout.write(`A simulated Heroku account, with the authorization example-platform-token held by
example-app-staging, example-app (which has a release phase) and example-console.
In another terminal:

export HEROKU_HOST=${sandbox.url} HEROKU_API_KEY=${sandbox.sessionToken}
export HEROKU_PARTICLEBOARD_URL=${sandbox.particleboardUrl} DISABLE_TELEMETRY=true
npx heroku authorizations

Ctrl-C stops it.
`)

process.once('SIGINT', () => sandbox.close())
