import {expect} from 'chai'
import {execa} from 'execa'
import {join} from 'node:path'

import {type GitHub, startGitHub} from '../../sandbox/github/github.js'
import {type VirtualClock, virtualClock} from '../../sandbox/sandbox.js'
import {tempRoot} from '../../support/temp-root.js'
import {skipWithoutGh} from '../lib/consumers/github-secret/fixture.js'

/** What was seen of the real GitHub: the real gh finds it in the sandbox too. */
describe('GitHub in the sandbox, through gh', function () {
  this.timeout(20_000)

  const root = tempRoot()
  const app = {of: 'octo/app'}
  let clock: VirtualClock
  let github: GitHub

  before('looks for gh', skipWithoutGh)

  beforeEach('starts GitHub', async function () {
    clock = virtualClock()
    github = await startGitHub({
      clock,
      organizations: [{name: 'octo', secrets: [{name: 'SHARED', value: 'before', visibility: 'all'}]}],
      repositories: [{
        branches: ['next'],
        environments: ['production'],
        name: 'octo/app',
        secrets: [{name: 'KEPT', value: 'before'}],
        workflows: [{conclusion: 'failure', dispatch: true, file: 'deploy.yml', queuedMs: 1000, runMs: 2000}],
      }],
    })
  })

  afterEach('stops it', () => github.close())

  async function gh(command: readonly string[], input = '') {
    const env = {HOME: root(), PATH: process.env['PATH'], ...(await github.env(join(root(), 'gh')))}
    return clock.during(execa('gh', command, {env, extendEnv: false, input, reject: false}))
  }

  const set = (input: string, ...flags: string[]) => gh(['secret', 'set', 'FRESH', ...flags], input)
  const inApp = ['--repo', 'octo/app']

  const stored: [string, string, string][] = [
    ['a value', 'value', 'value'],
    ['spaces at its ends', '  value\t', '  value\t'],
    ['lines', 'one\ntwo', 'one\ntwo'],
    ['a value less the ends of lines after it', 'value\r\n\n', 'value'],
    ['nothing at all', '', ''],
  ]
  for (const [what, input, value] of stored) {
    it(`opens the sealed box and stores ${what}`, async function () {
      expect(await set(input, ...inApp)).to.include({exitCode: 0, stdout: ''})
      expect(github.secret(app, 'FRESH')).to.equal(value)
    })
  }

  it('keeps the secrets of each place apart', async function () {
    await set('of the environment', ...inApp, '--env', 'production')
    await set('of Dependabot', ...inApp, '--app', 'dependabot')
    expect(github.secret({environment: 'production', of: 'octo/app'}, 'FRESH')).to.equal('of the environment')
    expect(github.secret({in: 'dependabot', of: 'octo/app'}, 'FRESH')).to.equal('of Dependabot')
    expect(github.secret(app, 'FRESH')).to.equal(null)
  })

  it('takes no value that was sealed for another place', async function () {
    const {stdout: id} = await gh(['api', 'repos/octo/app/dependabot/secrets/public-key', '--jq', '.key_id'])
    const body = JSON.stringify({encrypted_value: 'AAAA', key_id: id})
    const {stderr} = await gh(['api', '--method', 'PUT', 'repos/octo/app/actions/secrets/FRESH', '--input', '-'], body)
    expect(stderr).to.include('HTTP 422')
  })

  it('makes a secret of an organization private again when gh is told nothing', async function () {
    await gh(['secret', 'set', 'SHARED', '--org', 'octo'], 'after')
    expect(github.secret({of: 'octo'}, 'SHARED')).to.equal('after')
    expect(github.visibility({of: 'octo'}, 'SHARED')).to.include({visibility: 'private'})
  })

  it('selects repositories by name', async function () {
    await gh(['secret', 'set', 'SHARED', '--org', 'octo', '--repos', 'app'], 'after')
    expect((await gh(['api', 'orgs/octo/actions/secrets/SHARED/repositories', '--jq', '.repositories[].full_name'])).stdout).to.equal('octo/app')
    const {exitCode, stderr} = await gh(['secret', 'set', 'SHARED', '--org', 'octo', '--repos', 'absent'], 'after')
    expect({exitCode, stderr}).to.have.property('exitCode', 1)
  })

  it('shows when a secret was written, in whole seconds', async function () {
    const shown = async () => (await gh(['api', 'repos/octo/app/actions/secrets/KEPT', '--jq', '.updated_at'])).stdout
    expect(await shown()).to.equal('2025-10-17T12:00:00Z')
    await gh(['secret', 'set', 'KEPT', ...inApp], 'after')
    expect(await shown()).to.equal('2026-01-15T12:00:00Z')
    expect((await gh(['secret', 'list', ...inApp])).stdout).to.match(/^KEPT\t/)
  })

  it('runs a dispatched workflow by the clock', async function () {
    expect(await gh(['workflow', 'run', 'deploy.yml', ...inApp])).to.include({exitCode: 0})
    const [run] = github.runs('octo/app')
    expect(run).to.include({branch: 'main'})
    const state = async () => (await gh(['run', 'view', String(run?.id), ...inApp, '--json', 'status,conclusion', '--jq', '[.status, .conclusion] | join(" ")'])).stdout
    expect(await state()).to.equal('queued ')
    await clock.advance(1000)
    expect(await state()).to.equal('in_progress ')
    await clock.advance(2000)
    expect(await state()).to.equal('completed failure')
    expect((await gh(['run', 'list', ...inApp, '--workflow', 'deploy.yml'])).stdout).to.include(String(run?.id))
  })

  const refused: [string, () => void, string[], number, string][] = [
    ['a login that has ended', () => Object.assign(github.rights, {loggedIn: false}), ['secret', 'set', 'KEPT', ...inApp], 1, 'HTTP 401'],
    ['a login without rights', () => Object.assign(github.rights, {secrets: 'none'}), ['secret', 'set', 'KEPT', ...inApp], 1, 'HTTP 403'],
    ['a login that may only read', () => Object.assign(github.rights, {secrets: 'read'}), ['secret', 'set', 'KEPT', ...inApp], 1, 'HTTP 403'],
    ['a repository that does not exist', () => {}, ['secret', 'set', 'KEPT', '--repo', 'octo/absent'], 1, 'HTTP 404'],
    ['a secret that does not exist', () => {}, ['api', 'repos/octo/app/actions/secrets/ABSENT'], 1, 'HTTP 404'],
    ['a branch that does not exist', () => {}, ['workflow', 'run', 'deploy.yml', ...inApp, '--ref', 'absent'], 1, 'HTTP 422'],
    ['anybody while it is down', () => github.faults.arm({kind: '503'}), ['api', 'user'], 1, 'HTTP 503'],
  ]
  for (const [what, prepare, command, exitCode, told] of refused) {
    it(`refuses ${what}`, async function () {
      prepare()
      const ran = await gh(command, 'after')
      expect(ran).to.include({exitCode})
      expect(ran.stderr).to.include(told)
      expect(github.secret(app, 'KEPT')).to.equal('before')
    })
  }

  it('kills whom it was told to, before or after it has done what was asked', async function () {
    for (const [kind, value] of [['kill-before', null], ['kill-after', 'value']] as const) {
      github.faults.arm({kind, match: {method: 'PUT'}})
      const controller = new AbortController()
      github.onKill = () => controller.abort()
      const env = {HOME: root(), PATH: process.env['PATH'], ...(await github.env(join(root(), 'gh')))}
      const command = ['secret', 'set', 'FRESH', ...inApp]
      await clock.during(execa('gh', command, {cancelSignal: controller.signal, env, extendEnv: false, input: 'value', reject: false}))
      expect(github.secret(app, 'FRESH')).to.equal(value)
    }
  })

  it('logs each request without what was in it', async function () {
    await set('value-that-is-not-logged', ...inApp)
    expect(github.log.map(({method, path, status}) => `${method} ${path} ${status}`)).to.deep.equal([
      'GET /repos/octo/app/actions/secrets/public-key 200',
      'PUT /repos/octo/app/actions/secrets/FRESH 201',
    ])
    expect(JSON.stringify(github.log)).not.to.match(/encrypted|value-that/)
  })
})
