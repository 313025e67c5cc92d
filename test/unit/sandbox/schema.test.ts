import {expect} from 'chai'

import {type AppSpec, createSandbox, type Sandbox, virtualClock} from '../../sandbox/sandbox.js'
import {PlatformSchema} from '../../sandbox/schema.js'
import {skip} from '../../support/skip.js'
import {ask} from './api-client.js'

const app: AppSpec = {
  config: {A: 'b', HIDDEN: 'c'},
  dynos: {web: 1, worker: 2},
  masked: ['HIDDEN'],
  name: 'example-app',
  oneOff: [{command: 'bash', endsAfterMs: 1e9}],
  releasePhaseMs: 1000,
}

function exampleSandbox(): Sandbox {
  return createSandbox({
    account: {federated: true, twoFactor: true},
    apps: [
      app,
      {...app, crashes: true, name: 'example-fir', generation: 'fir', releasePhase: 'fails'},
      {idle: true, name: 'example-team-app', team: 'example-team'},
    ],
    authorizations: [{default: true, description: 'API Key', expiresIn: 1000}, {description: 'example'}],
    clock: virtualClock(),
    pipelines: [{couplings: [{app: 'example-app', stage: 'production'}], name: 'example-pipeline'}],
    switches: {refreshTokens: 'full'},
  })
}

type Request = [method: string, path: string, body?: unknown, headers?: Record<string, string>]

/** Every endpoint of the sandbox that is published, with every status of success it has. */
const requests: [status: number, ...request: Request][] = [
  [200, 'GET', '/account'],
  [200, 'GET', '/users/~'],
  [200, 'GET', '/account/rate-limits'],
  [200, 'GET', '/oauth/authorizations'],
  [206, 'GET', '/oauth/authorizations', undefined, {range: 'id ..; max=1'}],
  [201, 'POST', '/oauth/authorizations', {description: 'incoming', expires_in: 60, scope: ['read']}],
  [200, 'GET', '/oauth/authorizations/~'],
  [200, 'PATCH', '/oauth/authorizations/~', {description: 'renamed'}],
  [200, 'POST', '/oauth/authorizations/~/actions/regenerate-tokens'],
  [200, 'DELETE', '/oauth/authorizations/~'],
  [200, 'GET', '/apps'],
  [206, 'GET', '/apps', undefined, {range: 'name ..; max=1'}],
  [200, 'GET', '/users/~/apps'],
  [200, 'GET', '/apps/example-app'],
  [200, 'GET', '/apps/example-fir'],
  [200, 'GET', '/apps/example-team-app'],
  [200, 'GET', '/apps/example-app/features/preboot'],
  [200, 'GET', '/apps/example-app/formation'],
  [200, 'GET', '/apps/example-app/config-vars'],
  [200, 'PATCH', '/apps/example-app/config-vars', {A: 'c'}],
  [200, 'PATCH', '/apps/example-fir/config-vars', {A: 'c'}],
  [200, 'PATCH', '/apps/example-team-app/config-vars', {A: 'c'}],
  [200, 'GET', '/apps/example-app/releases'],
  [200, 'GET', '/apps/example-fir/releases'],
  [206, 'GET', '/apps/example-app/releases', undefined, {range: 'version ..; order=desc,max=1'}],
  [200, 'GET', '/apps/example-app/releases/4'],
  [200, 'GET', '/apps/example-app/releases/3/config-vars'],
  [200, 'GET', '/apps/example-app/dynos'],
  [200, 'GET', '/apps/example-team-app/dynos'],
  [206, 'GET', '/apps/example-app/dynos', undefined, {range: 'name ..; max=1'}],
  [200, 'GET', '/apps/example-app/dynos/web.1'],
  [202, 'DELETE', '/apps/example-app/dynos/web.1'],
  [202, 'DELETE', '/apps/example-app/formations/worker'],
  [202, 'DELETE', '/apps/example-app/dynos'],
  [201, 'POST', '/apps/example-app/log-sessions', {source: 'heroku', tail: true}],
  [200, 'GET', '/teams'],
  [200, 'GET', '/teams/example-team'],
  [200, 'GET', '/teams/example-team/apps'],
  [200, 'GET', '/pipelines'],
  [200, 'GET', '/pipelines/example-pipeline'],
  [200, 'GET', '/pipelines/example-pipeline/pipeline-couplings'],
  [200, 'GET', '/pipeline-couplings'],
  [200, 'GET', '/users/~/pipeline-couplings'],
  [200, 'GET', '/apps/example-app/pipeline-couplings'],
  [200, 'GET', '/pipelines/example-pipeline/stage/review/config-vars'],
  [200, 'PATCH', '/pipelines/example-pipeline/stage/review/config-vars', {A: 'b'}],
]

describe('the sandbox and the published schema', function () {
  let schema: PlatformSchema
  const sandbox = exampleSandbox()

  before(function () {
    this.timeout(20_000) // compiles hundreds of definitions
    const loaded = PlatformSchema.load()
    if (!(loaded instanceof PlatformSchema)) skip(this, loaded.reason)
    schema = loaded
  })

  for (const [status, method, path, body, headers = {}] of requests) {
    it(`agree on ${method} ${path}, ${status}`, async function () {
      const reply = await ask(sandbox, method, path, {...(body !== undefined && {body}), headers})
      expect(reply.status).to.equal(status)
      expect(schema.complaints(method, path, reply.body)).to.deep.equal([])
    })
  }

  it('agree on releases and dynos of every status', async function () {
    const clock = virtualClock()
    const later = createSandbox({apps: [app, {...app, crashes: true, name: 'example-crash'}, {...app, name: 'example-fail', releasePhase: 'fails'}], clock})
    const seen = new Set<string>()
    for (const moment of ['pending', 'starting', 'settled']) {
      for (const {name} of later.world.apps) {
        if (moment === 'pending') later.world.setConfig(name, {A: 'd'})
        for (const path of [`/apps/${name}/releases`, `/apps/${name}/dynos`]) {
          const {body} = await ask(later, 'GET', path)
          expect(schema.complaints('GET', path, body)).to.deep.equal([])
          for (const [, status] of JSON.stringify(body).matchAll(/"(?:state|status)":"(\w+)"/g)) seen.add(status ?? '')
        }
      }

      await clock.advance(moment === 'pending' ? 1000 : 2000)
    }

    expect([...seen].sort()).to.deep.equal(['crashed', 'failed', 'pending', 'starting', 'succeeded', 'up'])
  })

  it('would disagree on a property too few, one too many and one of another type', async function () {
    const {body} = await ask(sandbox, 'GET', '/account')
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Error('no account')
    const {email, ...rest} = body
    expect(schema.complaints('GET', '/account', rest)).to.have.length(1)
    expect(schema.complaints('GET', '/account', {...body, more: 1})).to.have.length(1)
    expect(schema.complaints('GET', '/account', {...body, email: `${String(email)} and more`})).to.have.length(1)
    expect(schema.complaints('GET', '/nonsense', {})).to.deep.equal(['GET /nonsense is not in the published schema'])
  })
})
