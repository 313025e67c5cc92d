import {expect} from 'chai'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'

import {type AppSpec, type Sandbox, startSandbox, tokenOf} from '../sandbox/sandbox.js'
import {createHome} from '../support/heroku-cli.js'
import {pluginTerminal, runPlugin} from '../support/plugin-cli.js'
import {changesIn, environmentOf} from './example-rotation.js'
import {leaksIn} from './leaks.js'
import {resultSchema} from './result-document.js'
import {onOneLine, toldError} from './told-error.js'

const quick = {dynos: {web: 1}, restartMs: 300, sigtermMs: 400}
const apps: readonly AppSpec[] = [
  {...quick, config: {APP_KEY: tokenOf('app-token'), OPS_KEY: tokenOf('ops-token')}, name: 'example-app'},
  {...quick, config: {APP_KEY: tokenOf('app-token')}, name: 'example-app-staging'},
  {...quick, config: {OPS_KEY: tokenOf('ops-token')}, name: 'example-console'},
]
const rotations = [
  'app-token:',
  '  every: 30d',
  '  consumers: [{kind: heroku-config, app: example-app-staging, keys: [APP_KEY], wave: 0}, {kind: heroku-config, app: example-app, keys: [APP_KEY]}]',
  'ops-token:',
  '  every: 90d',
  '  consumers: [{kind: heroku-config, app: example-app, keys: [OPS_KEY]}, {kind: heroku-config, app: example-console, keys: [OPS_KEY]}]',
]
const error = z.strictObject({code: z.string(), message: z.string(), next: z.string(), steps: z.array(z.string())})
const rotation = resultSchema.omit({version: true})
const resultsSchema = z.strictObject({api_calls: z.number().int().positive(), error: error.optional(), next: z.string().nullable(), rotations: z.array(rotation), version: z.literal(1)})
const resultsIn = (stdout: string) => resultsSchema.parse(JSON.parse(stdout))

describe('several credentials of a rotation file', function () {
  this.timeout(60_000)

  let file: string
  let home: string
  let sandbox: Sandbox

  async function begin(changes: Record<string, Partial<AppSpec>> = {}) {
    home = await createHome(null)
    sandbox = await startSandbox({
      apps: apps.map(app => ({...app, ...changes[app.name]})),
      authorizations: ['app-token', 'ops-token'].map(description => ({ageDays: 40, description})),
    })
    file = join(home, 'rotation.yml')
    await writeFile(file, ['version: 1', 'rotations:', ...rotations.map(line => `  ${line}`), ''].join('\n'))
  }

  afterEach(async function () {
    await sandbox.close()
    expect(sandbox.world.violations).to.deep.equal([])
  })

  async function run(...args: string[]) {
    const ran = await runPlugin(args, {env: environmentOf(sandbox), home})
    expect(leaksIn(ran.stdout + ran.stderr, sandbox.world.existingAuthorizations.map(({token}) => token))).to.deep.equal([])
    return ran
  }

  const rotate = (...args: string[]) => run('authorizations:rotate', '--file', file, '--drain', '1', ...args)
  const alive = () => sandbox.world.authorizations.filter(({isSession}) => !isSession).map(({description}) => description.replace(/-\d{4}-\d\d-\d\d$/, '-DATE')).toSorted()
  const releases = () => Object.fromEntries(apps.map(({name}) => [name, sandbox.world.app(name).currentRelease.version - 3]))

  it('are rotated in one run and told apart on the way: phases by their name; an app that holds two of them is restarted once', async function () {
    await begin()
    const {exitCode, stderr, stdout} = await rotate('--all', '--confirm', 'all')
    expect(exitCode, stderr).to.equal(0)
    expect(stderr.match(/^Rotate .* \(/gm)).to.have.length(2)
    for (const line of ['app-token fanout…', 'ops-token fanout…', 'app-token prove: done, old token 401, new token 200']) expect(stderr).to.include(`\n${line}`)
    // Where old dynos have ended by then, nothing is waited for.
    for (const line of stderr.match(/^ {2}.*\bwaiting for .* left$/gm) ?? []) expect(line).to.match(/^ {2}(?:app|ops)-token: /)
    expect(stderr.match(/^ {2}example-app: writing$/gm)).to.have.length(1)
    expect(stderr.match(/^ {2}example-app: v4 up$/gm)).to.have.length(1)
    expect(onOneLine(stderr)).to.include('example-app: updated together with ops-token, in one release')
    expect(releases()).to.deep.equal({'example-app': 1, 'example-app-staging': 1, 'example-console': 1})
    expect(alive()).to.deep.equal(['app-token-DATE', 'ops-token-DATE'])
    expect(stdout).to.match(/^✓ Rotated app-token in .*\n[\S\s]*^✓ Rotated ops-token in .*\n[\S\s]*^2 rotations, \d+ calls in all\.\n$/m)
  })

  it('are only planned with --dry-run, and refused without a terminal and without a confirmation', async function () {
    await begin()
    const {exitCode, stderr} = await rotate('--all')
    expect(exitCode).to.equal(2)
    expect(stderr).to.match(/heroku authorizations:rotate .*--confirm all/)
    const planned = resultsIn((await rotate('--all', '--dry-run', '--json')).stdout)
    expect(planned.rotations.map(({status}) => status)).to.deep.equal(['planned', 'planned'])
    expect(planned.next).to.equal(`heroku authorizations:rotate --file ${file} --drain 1 --all`)
    expect(changesIn(sandbox)).to.deep.equal([])
  })

  it('are those that are due, with --due', async function () {
    await begin()
    const due = resultsIn((await rotate('--due', '--confirm', 'due', '--json')).stdout)
    expect(due.rotations.map(({description}) => description)).to.deep.equal(['app-token'])
    expect(alive()).to.deep.equal(['app-token-DATE', 'ops-token'])
    const later = await rotate('--due', '--confirm', 'due')
    expect([later.exitCode, later.stdout, later.stderr]).to.deep.equal([0, 'Nothing is due.\n', ''])
    const none = await rotate('--due', '--confirm', 'due', '--json')
    expect(none.exitCode).to.equal(0)
    expect(resultsIn(none.stdout)).to.deep.include({next: null, rotations: []})
    const soon = resultsIn((await rotate('--due', '--within', '60d', '--dry-run', '--json')).stdout)
    expect(soon.rotations.map(({description}) => description)).to.deep.equal(['app-token', 'ops-token'])
  })

  it('stop where one fails, and are gone on with together', async function () {
    await begin()
    const armed = sandbox.faults.arm({kind: '503', match: {method: 'GET', path: '/apps/example-app/releases'}, times: Infinity})
    const {exitCode, stdout} = await rotate('--all', '--confirm', 'all', '--json')
    armed.disarm()
    expect(exitCode, stdout).to.equal(3)
    const failed = resultsIn(stdout)
    expect(failed.error).to.include({code: 'ROTATE_PLATFORM', next: 'heroku authorizations:rotate:resume --all'})
    expect(failed.error?.message).to.match(/^app-token: .*\nops-token: .*\napp-token: The old token still works\..*\nops-token: The old token still works\./)
    expect(failed.rotations.map(({status}) => status)).to.deep.equal(['incomplete', 'incomplete'])
    expect((await run('authorizations:rotate:status')).stdout).to.include('heroku authorizations:rotate:resume --all')
    const resumed = await run('authorizations:rotate:resume', '--all', '--drain', '1', '--json')
    expect([resumed.exitCode, resumed.stderr], resumed.stdout).to.deep.equal([0, ''])
    expect(resultsIn(resumed.stdout).next).to.equal(null)
    expect(resultsIn(resumed.stdout).rotations.map(({description, status}) => [description, status])).to.deep.equal([['app-token', 'completed'], ['ops-token', 'completed']])
    expect(alive()).to.deep.equal(['app-token-DATE', 'ops-token-DATE'])
    expect(releases()).to.deep.equal({'example-app': 1, 'example-app-staging': 1, 'example-console': 1})
  })

  it('are revoked, or rolled back, together when they stop before it; on a terminal are shown, and asked for once', async function () {
    await begin()
    const stopped = resultsIn((await rotate('--all', '--confirm', 'all', '--no-revoke', '--json')).stdout)
    expect(stopped.next).to.equal('heroku authorizations:rotate:revoke --all')
    expect(stopped.rotations.map(({next, rotation}) => next === `heroku authorizations:rotate:revoke --rotation ${rotation}`)).to.deep.equal([true, true])
    const back = await run('authorizations:rotate:rollback', '--all', '--drain', '1')
    expect(back.exitCode, back.stderr).to.equal(0)
    expect(back.stdout).to.match(/^✓ Rolled back the rotation of app-token\.[\S\s]*^✓ Rolled back the rotation of ops-token\./m)
    expect(alive()).to.deep.equal(['app-token', 'ops-token'])
    const terminal = await pluginTerminal(['authorizations:rotate', '--file', file, '--all', '--drain', '1', '--no-revoke'], {env: environmentOf(sandbox), home, rows: 60})
    const before = changesIn(sandbox).length
    await terminal.waitFor('To replace these 2 tokens, type all:')
    expect(changesIn(sandbox)).to.have.length(before)
    terminal.type('all')
    expect((await terminal.done).exitCode, terminal.screen()).to.equal(0)
    const revoked = await run('authorizations:rotate:revoke', '--all', '--drain', '1', '--json')
    expect(revoked.exitCode, revoked.stdout).to.equal(0)
    expect(alive()).to.deep.equal(['app-token-DATE', 'ops-token-DATE'])
    expect(toldError((await run('authorizations:rotate:resume', '--all')).stderr).code).to.equal('ROTATE_NONE')
  })

  it('are refused without a file, and Heroku is asked nothing', async function () {
    await begin()
    // Other words that do not go together: test/unit/lib/cli/flags/several.test.ts.
    const {exitCode, stderr, stdout} = await run('authorizations:rotate', '--all')
    expect([exitCode, stdout]).to.deep.equal([2, ''])
    expect(toldError(stderr)).to.deep.include({code: 'ROTATE_FILE'})
    expect(sandbox.log).to.deep.equal([])
  })
})
