import {expect} from 'chai'

import type {CliOptions} from '../support/cli-process.js'

import {type AppSpec, type Sandbox, type SandboxOptions} from '../sandbox/sandbox.js'
import {createHome} from '../support/heroku-cli.js'
import {pluginTerminal, runPlugin} from '../support/plugin-cli.js'
import {aliveIn, app, canary, changesIn, environmentOf, name, releasing, startExample} from './example-rotation.js'
import {resultIn} from './result-document.js'
import {toldError} from './told-error.js'

const question = 'Which authorization do you want to rotate?'
const canaryQuestion = `Update ${canary} first, as a canary? (Y/n)`
const confirmation = `To replace the token, type ${name}:`
const [ctrlC, down] = ['\u0003', '\u001B[B']

describe('picking an authorization on a terminal', function () {
  this.timeout(60_000)
  let home: string
  let sandbox: Sandbox

  async function start(options: SandboxOptions = {}, changes: Record<string, Partial<AppSpec>> = {}) {
    home = await createHome(null)
    sandbox = await startExample(changes, {
      authorizations: [{ageDays: 90, description: name}, {ageDays: 200, description: 'ci-management-token', scope: ['read', 'write']}, {description: 'Heroku CLI login from vm'}],
      ...options,
    })
  }

  afterEach(async function () {
    await sandbox.close()
  })

  const open = (args: string[], options: Partial<CliOptions> = {}) =>
    pluginTerminal(args, {columns: 110, ...options, env: {...environmentOf(sandbox), ...options.env}, home})

  it('shows age, scope and how many apps use each, asks for a canary, shows the plan and rotates', async function () {
    await start()
    const terminal = await open(['authorizations:rotate', '--drain', '1'])
    await terminal.waitFor(question)
    await terminal.waitFor('are not shown')
    const screen = terminal.screen()
    expect(screen).to.match(/❯ example-token +90 days old +global +used by 3 apps\n +ci-management-token +200 days old +read,write +used by no app\n/)
    expect(screen).to.match(/\(2 CLI logins are not shown\)/)
    expect(screen).not.to.include('CLI login from')
    terminal.press('\r')
    await terminal.waitFor(canaryQuestion)
    expect(changesIn(sandbox)).to.deep.equal([])
    terminal.press('\r')
    await terminal.waitFor(confirmation)
    expect(terminal.screen()).to.match(new RegExp(`${canary} .* canary\n`))
    terminal.type(name)
    expect((await terminal.done).exitCode, terminal.screen()).to.equal(0)
    expect(aliveIn(sandbox)).to.have.length(1).and.not.include(name)
  })

  it('scans the apps once for the list and the plan', async function () {
    await start()
    const terminal = await open(['authorizations:rotate:check'])
    await terminal.waitFor(question)
    terminal.press('\r')
    await terminal.waitFor(canaryQuestion)
    terminal.type('n')
    expect((await terminal.done).exitCode, terminal.screen()).to.equal(0)
    for (const each of [app, canary, releasing]) {
      expect(sandbox.log.filter(({method, path}) => method === 'GET' && path === `/apps/${each}/config-vars`)).to.have.length(1)
    }
  })

  it('repeats the answers in the commands that it shows', async function () {
    await start({}, {[releasing]: {access: 'view'}})
    const terminal = await open(['authorizations:rotate'], {columns: 160})
    await terminal.waitFor('(1 app could not be read)')
    terminal.press('\r')
    await terminal.waitFor(canaryQuestion)
    terminal.press('\r')
    expect((await terminal.done).exitCode).to.equal(1)
    expect(toldError(terminal.screen())).to.deep.include({
      code: 'ROTATE_UNREADABLE',
      next: `Log in as an account that may read ${releasing}, and run it again. heroku authorizations:rotate --description ${name} --canary ${canary} --allow-unread ${releasing}`,
    })
    expect(changesIn(sandbox)).to.deep.equal([])
  })

  it('says so where nothing uses what was picked', async function () {
    await start()
    const terminal = await open(['authorizations:rotate'])
    await terminal.waitFor(question)
    terminal.press(`${down}\r`)
    expect((await terminal.done).exitCode).to.equal(1)
    expect(toldError(terminal.screen()).code).to.equal('ROTATE_NO_CONSUMERS')
  })

  it('is left with Ctrl-C, having changed nothing', async function () {
    await start()
    const terminal = await open(['authorizations:rotate'])
    await terminal.waitFor(question)
    terminal.press(ctrlC)
    expect((await terminal.done).exitCode).to.equal(130)
    expect(changesIn(sandbox)).to.deep.equal([])
  })

  it('asks for no canary where apps were named, and fits a narrow terminal', async function () {
    await start()
    const terminal = await open(['authorizations:rotate', '--app', canary, '--app', app, '--app', releasing], {columns: 50})
    await terminal.waitFor(question)
    terminal.press('\r')
    await terminal.waitFor(confirmation)
    expect(terminal.screen()).not.to.include('as a canary?')
    terminal.press(ctrlC)
    await terminal.done
  })

  it('asks for the canary of a named authorization with --prompt', async function () {
    await start()
    const terminal = await open(['authorizations:rotate', name, '--prompt'])
    await terminal.waitFor(canaryQuestion)
    expect(terminal.screen()).not.to.include(question)
    terminal.press('\r')
    await terminal.waitFor(confirmation)
    terminal.press(ctrlC)
    await terminal.done
  })

  it('takes --prompt on every command that has nothing to ask, and refuses it where there is no terminal', async function () {
    await start()
    const status = await open(['authorizations:rotate:status', '--prompt'])
    expect((await status.done).exitCode, status.screen()).to.equal(0)
    const {exitCode, stderr} = await runPlugin(['authorizations:rotate', '--prompt'], {env: environmentOf(sandbox), home})
    expect([exitCode, toldError(stderr).code]).to.deep.equal([2, 'ROTATE_TERMINAL'])
  })

  it('is an error in plain English without a terminal', async function () {
    await start()
    const {exitCode, stderr} = await runPlugin(['authorizations:rotate'], {env: environmentOf(sandbox), home})
    expect(exitCode).to.equal(2)
    expect(toldError(stderr)).to.deep.include({code: 'ROTATE_WHICH', message: 'Which authorization? Name one. Nothing was changed.'})
    const {stdout} = await runPlugin(['authorizations:rotate:check', name, '--json'], {env: environmentOf(sandbox), home})
    expect(resultIn(stdout).consumers).to.have.length(3)
  })
})
