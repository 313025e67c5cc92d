import {expect} from 'chai'
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {stripVTControlCharacters} from 'node:util'

import type {AppSpec, Sandbox, SandboxOptions} from '../sandbox/sandbox.js'
import type {CliOptions, Terminal} from '../support/cli-process.js'

import {isWhole} from '../matrix/whole.js'
import {createHome, herokuTerminal, type Installation, installPlugin} from '../support/heroku-cli.js'
import {pluginTerminal, runPlugin} from '../support/plugin-cli.js'
import {skip} from '../support/skip.js'
import {
  aliveIn, app, canary, changesIn, confirmed, entriesBelow, environmentOf, heldIn, name, pluginData, releasing, rotate, startExample,
} from './example-rotation.js'
import {toldError} from './told-error.js'

const phases = ['preflight', 'create', 'validate', 'store', 'fanout', 'verify', 'drain', 'revoke', 'prove', 'finish']
const slow = {[releasing]: {releasePhaseMs: 3000}}
const preload = fileURLToPath(new URL('../matrix/preload.mjs', import.meta.url))
const ctrlC = '\u0003'
const down = '\u001B[B'
const prompt = 'To replace the token, type example-token:'

const unlike = 'This is the plugin\'s rotate: no downtime, no token shown.'
// eslint-disable-next-line no-control-regex
const colour = /\u001B\[[\d;]*[1-9][\d;]*m/

/** Lines, as they were written, that the terminal would fold, but for commands to type and the prompt, which is written again at each key. */
const tooWideIn = (terminal: Terminal, columns: number) => stripVTControlCharacters(terminal.output().stdout).split(/\r?\n/)
  .filter(line => line.length > columns && !line.includes('heroku ') && !line.includes(prompt))

describe('on a terminal', function () {
  this.timeout(120_000)

  let home: string
  let installed: Installation
  let sandbox: Sandbox
  const sandboxes: Sandbox[] = []

  before('installs the packed plugin', async function () {
    this.timeout(240_000)
    installed = await installPlugin()
  })

  afterEach(async function () {
    for (const each of sandboxes.splice(0)) await each.close()
  })

  async function start(changes?: Record<string, Partial<AppSpec>>, options?: SandboxOptions) {
    sandbox = await startExample(changes, options)
    sandboxes.push(sandbox)
  }

  async function open(args: string[], given: Partial<CliOptions> & {changes?: Record<string, Partial<AppSpec>>; isCli?: boolean; options?: SandboxOptions} = {}) {
    const {changes, env, isCli = false, options, ...rest} = given
    await start(changes, options)
    home = await createHome(isCli ? installed : null)
    return (isCli ? herokuTerminal : pluginTerminal)(args, {...rest, env: {...environmentOf(sandbox), ...env}, home})
  }

  const resume = () => runPlugin(['authorizations:rotate:resume'], {env: environmentOf(sandbox), home})

  it('shows the plan, goes on when its name is typed, and leaves each phase on one line, once, in colours, and the result below', async function () {
    const terminal = await open(rotate)
    await terminal.waitFor(prompt)
    for (const shown of ['Rotate example-token (operator@example.com)', canary, app, releasing, 'OTHER_KEY', '3 apps restart (5 dynos)']) {
      expect(terminal.screen()).to.include(shown)
    }

    expect(changesIn(sandbox)).to.deep.equal([])
    terminal.type(name)
    const {exitCode, stdout} = await terminal.done
    expect(exitCode, terminal.screen()).to.equal(0)
    expect(aliveIn(sandbox)).to.have.length(1).and.not.include(name)
    const lines = terminal.screen().split(`${prompt} ${name}\n`)[1]?.split('\n') ?? []
    const done = lines.filter(line => /^[^\s\w] \w/.test(line))
    expect(done.map(line => line.split(/\s+/)[1]), terminal.screen()).to.deep.equal([...phases, 'Rotated'])
    expect(done.filter(line => !line.startsWith('✓'))).to.deep.equal([])
    const first = lines.findIndex(line => line.startsWith('✓ preflight'))
    expect(lines[first + phases.length]).to.equal('')
    expect(lines[first + phases.length + 1]).to.match(/^✓ Rotated example-token in /)
    expect(tooWideIn(terminal, 80)).to.deep.equal([])
    expect(stdout).to.match(colour)
  })

  it('says first how it differs from the CLI\'s own where only an ID is typed, and stops at Ctrl-C instead of a name, having changed nothing', async function () {
    await start()
    home = await createHome(null)
    const id = sandbox.world.authorization(name)?.id ?? ''
    const terminal = await pluginTerminal(['authorizations:rotate', id], {env: environmentOf(sandbox), home})
    await terminal.waitFor(prompt)
    terminal.press(ctrlC)
    await expectNothingDone(terminal)
    expect(terminal.screen().split('\n')[0]).to.include(unlike)
    const piped = await runPlugin(['authorizations:rotate', id], {env: environmentOf(sandbox), home})
    expect(piped.stdout + piped.stderr).not.to.include(unlike)
    expect(changesIn(sandbox)).to.deep.equal([])
  })

  it('writes plain lines on one that cannot move its cursor, and with --no-progress', async function () {
    const terminal = await open([...rotate, ...confirmed], {env: {TERM: 'dumb'}})
    const {exitCode} = await terminal.done
    expect(exitCode, terminal.screen()).to.equal(0)
    const {stdout} = terminal.output()
    expect(stdout).to.equal(stripVTControlCharacters(stdout))
    for (const phase of phases) expect(stdout).to.include(`${phase}: done`)

    const created = await pluginTerminal(['authorizations:rotate:create', '-d', name, '--app', app, '--allow-straggler', canary, '--allow-straggler', releasing, ...confirmed, '--no-progress'], {
      env: environmentOf(sandbox), home,
    })
    await created.done
    expect(created.output().stdout).to.match(/^create…\r\ncreate: done, [\da-f-]{36}/m).and.not.match(/[✓⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] create/)
  })

  it('stops at another name, having changed nothing', async function () {
    const terminal = await open(rotate)
    await terminal.waitFor(prompt)
    terminal.type('example-tokn')
    const {exitCode} = await terminal.done
    expect(exitCode).to.equal(1)
    expect(toldError(terminal.screen())).to.deep.include({code: 'ROTATE_CONFIRM', message: 'That is not example-token. Nothing was changed.'})
    expect(terminal.screen()).not.to.include(unlike)
    expect(changesIn(sandbox)).to.deep.equal([])
    expect(await entriesBelow(pluginData(home))).to.deep.equal([])
  })

  async function expectNothingDone(terminal: Terminal) {
    const {exitCode} = await terminal.done
    expect(exitCode).to.equal(130)
    expect(changesIn(sandbox)).to.deep.equal([])
    const {code, message, next} = toldError(terminal.screen())
    expect(code).to.equal('ROTATE_INTERRUPTED')
    expect(message).to.include('Nothing was changed')
    expect(next, 'there is nothing to resume').not.to.include('resume')
  }

  for (const {env, how, isCli} of [
    {env: {DISABLE_TELEMETRY: undefined}, how: 'by Ctrl-C with telemetry, whose handler exits', isCli: true},
    {env: {}, how: 'by SIGTERM', isCli: false},
    ...(isWhole
      ? [
        {env: {}, how: 'by Ctrl-C', isCli: false},
        {env: {}, how: 'by Ctrl-C in the heroku CLI', isCli: true},
        {env: {DISABLE_TELEMETRY: undefined}, how: 'by SIGTERM with telemetry', isCli: true},
      ]
      : []),
  ]) {
    it(`interrupted ${how}, tells where it stands, and resume completes it`, async function () {
      const terminal = await open([...rotate, ...confirmed], {changes: slow, env, isCli})
      await terminal.waitFor(/release v\d+ pending/)
      if (how.includes('SIGTERM')) terminal.kill('SIGTERM')
      else terminal.press(ctrlC)
      const {exitCode, signal} = await terminal.done
      expect({exitCode, signal}).to.deep.equal({exitCode: 130, signal: undefined})
      const {code, message, next} = toldError(terminal.screen())
      expect(code).to.equal('ROTATE_INTERRUPTED')
      expect(message).to.match(/^Interrupted\. The old token still works\. So does the new one/)
      expect(next).to.match(/authorizations:rotate:resume --rotation \w+/)
      expect(aliveIn(sandbox)).to.have.length(2)

      const {exitCode: resumed, stderr, stdout} = await resume()
      expect(resumed, stdout + stderr).to.equal(0)
      expect(sandbox.world.violations).to.deep.equal([])
      expect(aliveIn(sandbox)).to.have.length(1).and.not.include(name)
      expect(Object.values(heldIn(sandbox)).flat()).to.deep.equal(Array.from({length: 4}, () => aliveIn(sandbox)[0]))
    })
  }

  it('ends at once at a second Ctrl-C, and resume completes it', async function () {
    const terminal = await open([...rotate, ...confirmed], {changes: slow})
    sandbox.faults.arm({kind: 'hang', match: {method: 'GET', path: `/apps/${releasing}/releases/:release`}})
    await terminal.waitFor('fanout')
    await untilHangs()
    terminal.press(ctrlC)
    await terminal.waitFor('press again')
    terminal.press(ctrlC)
    const {exitCode} = await terminal.done
    expect(exitCode).to.equal(130)
    const resumed = await resume()
    expect(resumed.exitCode, resumed.stdout + resumed.stderr).to.equal(0)
    expect(aliveIn(sandbox)).to.have.length(1).and.not.include(name)
  })

  async function untilHangs() {
    while (!sandbox.log.some(({fault}) => fault === 'hang')) await pause(10)
  }

  describe('with an app that asks for a second factor', function () {
    const guarded = {changes: {[app]: {twoFactor: true}}, options: {account: {twoFactor: true}}}
    // The CLI's own prompt, below the line that says which app it is for.
    const code = /Two-factor code/g

    // Where Heroku asks it of none but the session: leak-matrix.test.ts.
    it('asks for the code once for each token that Heroku asks it of, and rotates', async function () {
      const options = {...guarded.options, switches: {directAuthorizationsSkipTwoFactor: false}}
      const terminal = await open([...rotate, ...confirmed], {...guarded, options})
      await terminal.waitFor(code)
      terminal.type('123456')
      await terminal.waitFor(/Two-factor code[^]*Two-factor code/)
      terminal.type('123456')
      const {exitCode} = await terminal.done
      expect(exitCode, terminal.screen()).to.equal(0)
      expect(terminal.screen().match(code)).to.have.length(2)
      expect(terminal.screen()).not.to.include('123456')
      expect(sandbox.world.violations).to.deep.equal([])
    })

    it('asks again after a wrong code, naming the app, and stops at the third, having changed nothing', async function () {
      const terminal = await open(rotate, guarded)
      for (const prompts of [1, 2, 3]) {
        await terminal.waitFor(new RegExp(`(?:Two-factor code[^]*){${prompts}}`))
        terminal.type('000000')
      }

      const {exitCode} = await terminal.done
      expect(exitCode, terminal.screen()).to.equal(1)
      expect(terminal.screen()).to.match(/asks for a two-factor code for example-app\.[^]*(?:did not accept that code for example-app\.[^]*){2}/)
      expect(toldError(terminal.screen())).to.have.property('message').that.matches(/code|second/).and.includes('Nothing was changed')
      expect(aliveIn(sandbox)).to.deep.equal([name])
    })

    it('says so where there is no terminal', async function () {
      await start(guarded.changes, guarded.options)
      home = await createHome(null)
      const {exitCode, stderr} = await runPlugin([...rotate, ...confirmed], {env: environmentOf(sandbox), home})
      expect(exitCode, stderr).to.equal(1)
      expect(toldError(stderr).code).to.equal('ROTATE_TWO_FACTOR')
      expect(toldError(stderr).message).to.match(/two-factor code/).and.include('Nothing was changed')
      expect(aliveIn(sandbox)).to.deep.equal([name])
    })
  })

  it('writes no line that 50 columns would fold, but commands to type, and no colour with NO_COLOR', async function () {
    const terminal = await open([...rotate, ...confirmed], {columns: 50, env: {NO_COLOR: '1'}})
    const {stdout} = await terminal.done
    expect(tooWideIn(terminal, 50)).to.deep.equal([])
    expect(stdout).to.include('Rotated example-token').and.not.match(colour)
  })

  it('is not garbled at 50 columns', async function () {
    const terminal = await open([...rotate, ...confirmed], {changes: {[releasing]: {releasePhase: 'fails'}}, columns: 50})
    await terminal.waitFor('Leave it as it is')
    for (const key of [down, down, down, '\r']) terminal.press(key)
    expect((await terminal.done).exitCode).to.equal(3)
    const screen = terminal.screen()
    for (const phase of ['preflight', 'create', 'validate', 'fanout']) expect(screen.match(new RegExp(`^[✓✗] ${phase}`, 'gm')), screen).to.have.length(1)
    expect(screen).not.to.match(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] \w/)
    expect(toldError(screen).code).to.equal('ROTATE_RELEASE_FAILED')
  })

  describe('after a failure', function () {
    const failing = {[releasing]: {releasePhase: 'fails'}} as const

    it('keeps the facts on the screen, asks what is to be done, tells where it stands at Ctrl-C, and resume asks the same and rolls back', async function () {
      const terminal = await open([...rotate, ...confirmed], {changes: failing, columns: 120})
      await terminal.waitFor('Leave it as it is')
      const screen = terminal.screen()
      expect(screen, 'the plan is a table where there is room for it').to.match(/^ Name +Config var +Now +Dynos/m)
      expect(screen).to.match(/✗ fanout .*\n(?: {2}[✓✗] .*\n)*? {2}✗ example-console +release v4 failed\.\n/)
      expect(screen).to.match(/ {2}✓ example-app +v4 up/)
      expect(screen).to.include('example-console: release v4 failed. The old and the new token both work.')
      expect(screen).to.match(/What now\?[^]*Show the output of the release {2}\(heroku releases:output v4 --app example-console\)/)
      expect(screen).to.match(/Try again[^]*Roll back 3 apps[^]*go on later with heroku authorizations:rotate:resume/)
      terminal.press(ctrlC)
      expect((await terminal.done).exitCode).to.equal(3)
      const {message, next} = toldError(terminal.screen())
      expect(message).to.include('The old token still works')
      expect(next).to.match(/:resume --rotation \w+.*:rollback --rotation \w+/)

      const resumed = await pluginTerminal(['authorizations:rotate:resume'], {env: environmentOf(sandbox), home})
      await resumed.waitFor('Leave it as it is')
      for (const key of [down, down]) resumed.press(key)
      sandbox.world.app(releasing).become({releasePhase: 'succeeds'})
      resumed.press('\r')
      expect((await resumed.done).exitCode, resumed.screen()).to.equal(1)
      expect(toldError(resumed.screen()).message).to.include('Everything was rolled back')
      expect(aliveIn(sandbox)).to.deep.equal([name])
    })

    it('tries again, and tells where to type a command that cannot be run here', async function () {
      const terminal = await open([...rotate, ...confirmed], {changes: failing, columns: 120})
      await terminal.waitFor('Leave it as it is')
      terminal.press('\r')
      await terminal.waitFor('Type it in another terminal:  heroku releases:output v4 --app example-console')
      await terminal.waitFor(/What now\?[^]*What now\?[^]*Leave it/)
      sandbox.world.app(releasing).become({releasePhase: 'succeeds'})
      terminal.press(down)
      terminal.press('\r')
      expect((await terminal.done).exitCode, terminal.screen()).to.equal(0)
      expect(aliveIn(sandbox)).to.have.length(1).and.not.include(name)
      expect(sandbox.world.violations).to.deep.equal([])
    })
  })

  describe('that nobody has looked at for more than 20 seconds', function () {
    /** Its time passes faster; a program stands for the desktop, and notes what it is told and given. */
    async function openLong(args: string[], changes: Record<string, Partial<AppSpec>> = {}) {
      const programs = mkdtempSync(join(tmpdir(), 'desktop-'))
      const notes = join(programs, 'notes')
      const sayingAll = `#!/bin/sh\n{ shift 2; echo "$*"; env; } >${notes}.new && mv ${notes}.new ${notes}\n`
      writeFileSync(join(programs, 'notify-send'), sayingAll, {mode: 0o755})
      const env = {
        HEROKU_ROTATE_DEADLINE: '3000',
        MATRIX_CLOCK: `${Date.now()},40`,
        NODE_OPTIONS: `--import=${preload}`,
        PATH: `${programs}:${process.env['PATH']}`,
      }
      const terminal = await open(args, {changes, env})
      return {
        async noted() {
          while (!existsSync(notes)) await pause(10)
          const text = readFileSync(notes, 'utf8')
          rmSync(programs, {recursive: true})
          return text
        },
        terminal,
      }
    }

    before(function () {
      if (process.platform !== 'linux') skip(this, 'another program shows notifications there')
    })

    function expectNoSession(noted: string) {
      expect(noted).to.include('HOME=').and.not.include('HEROKU_API_KEY')
      expect(noted.includes(sandbox.sessionToken)).to.equal(false)
    }

    it('tells on the desktop how it has ended, and gives no session to the program that shows it', async function () {
      const {noted, terminal} = await openLong([...rotate, ...confirmed, '--no-revoke'], slow)
      expect((await terminal.done).exitCode, terminal.screen()).to.equal(0)
      const text = await noted()
      expect(text).to.match(/^heroku authorizations:rotate example-token: incomplete\n/)
      expectNoSession(text)
    })

    it('tells of a failure before it asks what is to be done about it', async function () {
      const {noted, terminal} = await openLong([...rotate, ...confirmed], {[releasing]: {releasePhase: 'fails', releasePhaseMs: 1500}})
      await terminal.waitFor('What now?')
      const text = await noted()
      expect(text).to.match(/^heroku authorizations:rotate example-token: example-console: .*release/)
      expectNoSession(text)
      terminal.press(ctrlC)
      await terminal.done
    })
  })
})
