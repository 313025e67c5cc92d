import {expect} from 'chai'
import {lchown, mkdir, mkdtemp, rename, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parse} from 'yaml'

import {isWhole} from '../matrix/whole.js'
import {type Sandbox} from '../sandbox/sandbox.js'
import {createHome} from '../support/heroku-cli.js'
import {pluginTerminal, runPlugin} from '../support/plugin-cli.js'
import {skip} from '../support/skip.js'
import {app, canary, changesIn, environmentOf, name, releasing, startExample} from './example-rotation.js'
import {failureIn, resultIn} from './result-document.js'
import {toldError} from './told-error.js'

const file = `version: 1
rotations:
  ${name}:
    every: 90d
    consumers:
      - {kind: heroku-config, app: ${canary}, wave: 0}
      - {kind: heroku-config, app: ${app}}
      - {kind: heroku-config, app: ${releasing}, wave: 2}
`
const using = 'Using rotation.yml; --no-file leaves it out.\n'
const check = 'authorizations:rotate:check'

describe('a rotation file that nobody has named', function () {
  this.timeout(120_000)
  let folder: string
  let home: string
  let sandbox: Sandbox
  const others: Sandbox[] = []

  before('starts an account', async function () {
    home = await createHome(null)
    sandbox = await startExample({}, {authorizations: [{ageDays: 100, description: name}, {description: 'other-token'}]})
  })

  beforeEach('writes the file', async function () {
    folder = await mkdtemp(join(tmpdir(), 'found-file-'))
    await writeFile(join(folder, 'rotation.yml'), file)
  })

  afterEach(async function () {
    await Promise.all(others.splice(0).map(other => other.close()))
    await rm(folder, {force: true, recursive: true})
  })

  after(() => sandbox.close())

  const run = (args: string[], env: Record<string, string> = {}) => runPlugin(args, {cwd: folder, env: {...environmentOf(sandbox), ...env}, home})
  const another = async () => {
    const world = await startExample({}, {authorizations: [{ageDays: 100, description: name}]})
    others.push(world)
    return world
  }

  const wavesOf = (stdout: string) => resultIn(stdout).consumers.map(({id, wave}) => `${id.replace('heroku-config:', '')} ${wave}`).sort()
  const byFile = [`${app} 1`, `${canary} 0`, `${releasing} 2`].sort()
  const byScan = [`${app} 1`, `${canary} 1`, `${releasing} 1`].sort()

  it('is used where it is called rotation.yaml, and where it is written in braces', async function () {
    await rename(join(folder, 'rotation.yml'), join(folder, 'rotation.yaml'))
    for (const text of [file, JSON.stringify(parse(file))]) {
      await writeFile(join(folder, 'rotation.yaml'), text)
      const {stderr, stdout} = await run([check, name, '--json'])
      expect(stderr).to.equal('Using rotation.yaml; --no-file leaves it out.\n')
      expect(wavesOf(stdout)).to.deep.equal(byFile)
    }
  })

  it('is used where it names the credential, by its name or its ID, and says so on stderr', async function () {
    const id = sandbox.world.authorization(name)?.id ?? ''
    for (const named of [['--description', name], [isWhole ? id : id.slice(0, 8)]]) {
      const {stderr, stdout} = await run([check, ...named, '--json'])
      expect([stderr, wavesOf(stdout)], named.join(' ')).to.deep.equal([using, byFile])
    }
  })

  it('is not used with --no-file, from another directory, or for a credential that it does not name', async function () {
    const {stderr, stdout} = await run([check, name, '--no-file', '--json'])
    expect([stderr, wavesOf(stdout)]).to.deep.equal(['', byScan])
    expect((await run([check, 'other-token', '--no-consumers', '--json'])).stderr).to.equal('')
    await rm(join(folder, 'rotation.yml'))
    expect(wavesOf((await run([check, name, '--json'])).stdout)).to.deep.equal(byScan)
  })

  it('is not used where a flag names a consumer, and that is said', async function () {
    const {stderr, stdout} = await run([check, name, '--canary', app, '--json'])
    expect(stderr).to.equal('rotation.yml is not used, because of --canary; --file rotation.yml uses it as well.\n')
    expect(wavesOf(stdout)).to.deep.equal([`${app} 0`, `${canary} 1`, `${releasing} 1`].sort())
  })

  it('is that of HEROKU_ROTATION_FILE where it is set', async function () {
    await mkdir(join(folder, 'ops'))
    await writeFile(join(folder, 'ops/tokens.yml'), file.replace('wave: 2', 'wave: 5'))
    const {stderr, stdout} = await run([check, name, '--json'], {HEROKU_ROTATION_FILE: 'ops/tokens.yml'})
    expect(stderr).to.equal('Using ops/tokens.yml (HEROKU_ROTATION_FILE); --no-file leaves it out.\n')
    expect(wavesOf(stdout)).to.include(`${releasing} 5`)
    const missing = await run([check, name, '--json'], {HEROKU_ROTATION_FILE: 'nothing.yml'})
    expect([missing.exitCode, failureIn(missing.stdout).error.code]).to.deep.equal([2, 'ROTATE_FILE'])
  })

  it('is used by --due, --all, verify, status, discover and trust', async function () {
    for (const which of ['--due', '--all']) {
      const due = await run(['authorizations:rotate', which, '--dry-run'])
      expect([due.exitCode, due.stderr], which).to.deep.equal([0, using])
      expect(due.stdout).to.include('Rotate example-token')
    }

    const verify = await run(['authorizations:rotate:verify', name])
    expect([verify.exitCode, verify.stderr]).to.deep.equal([0, using])
    const status = await run(['authorizations:rotate:status', '--due'])
    expect([status.exitCode, status.stderr]).to.deep.equal([4, using])
    expect(status.stdout).to.include('--file rotation.yml')
    const discover = await run(['authorizations:rotate:discover'])
    expect([discover.exitCode, discover.stderr], discover.stdout).to.deep.equal([0, using])
    expect(discover.stdout).to.match(/^example-token .* is used\s+by 3 places\./)
    const trust = await run(['authorizations:rotate:trust'])
    expect([trust.exitCode, trust.stderr]).to.deep.equal([0, 'Using rotation.yml.\n'])
    const without = await run(['authorizations:rotate:status', '--no-file'])
    expect([without.exitCode, without.stderr]).to.deep.equal([0, ''])
  })

  it('stands in the commands that follow an error, so that they mean the same', async function () {
    await writeFile(join(folder, 'rotation.yml'), file.replace(`app: ${releasing}`, 'app: example-nothing'))
    const {exitCode, stdout} = await run([check, name, '--json'])
    expect(exitCode).to.equal(1)
    expect(failureIn(stdout).error.code).to.equal('ROTATE_CONSUMER')
    await writeFile(join(folder, 'rotation.yml'), file.replace(/.*wave: 2.*\n/, ''))
    const straggling = await run([check, name, '--json'])
    expect(failureIn(straggling.stdout).error.next).to.equal(`heroku authorizations:rotate:discover --description ${name} --write rotation.yml`)
  })

  it('that is wrong stops the command, which says how to go on without it; any other file of that name is left alone', async function () {
    await writeFile(join(folder, 'rotation.yml'), file.replace('kind: heroku-config', 'kind: heroku-konfig'))
    const {exitCode, stderr} = await run([check, name])
    expect(exitCode).to.equal(2)
    expect(toldError(stderr).code).to.equal('ROTATE_FILE')
    expect(toldError(stderr).next).to.include('--no-file')
    await writeFile(join(folder, 'rotation.yml'), 'logs:\n  daily: true\n')
    expect((await run([check, name, '--json'])).stderr).to.equal('')
  })

  it('has to be trusted as one that was named, before anything of it is run', async function () {
    await writeFile(join(folder, 'rotation.yml'), `${file}      - {kind: command, name: vault, write: [touch, ran]}\n`)
    const {exitCode, stdout} = await run(['authorizations:rotate', name, '--confirm', name, '--json'])
    expect([exitCode, failureIn(stdout).error.code]).to.deep.equal([1, 'ROTATE_UNTRUSTED'])
    expect(changesIn(sandbox)).to.deep.equal([])
  })

  it('gives no token to what it names where nobody is asked, unless somebody has trusted it or names it', async function () {
    const world = await another()
    const rotate = (...more: string[]) => runPlugin(['authorizations:rotate', name, '--drain', '0', ...more], {cwd: folder, env: environmentOf(world), home})
    const loot = `${file}      - {kind: heroku-config, app: ${canary}, keys: [LOOT], add: true}\n`.replace(`      - {kind: heroku-config, app: ${canary}, wave: 0}\n`, '')
    await writeFile(join(folder, 'rotation.yml'), loot)
    for (const how of [['--confirm', name], ['--confirm', name, '--json'], ...(isWhole ? [['--confirm', name, '--no-revoke']] : []), []]) {
      const {exitCode, stderr, stdout} = await rotate(...how)
      expect(exitCode).to.equal(1)
      const {code} = how.includes('--json') ? failureIn(stdout).error : toldError(stderr)
      expect(code).to.equal('ROTATE_UNTRUSTED')
      expect(stderr + stdout).to.match(/--file\s+rotation\.yml/).and.match(/--no-file/)
    }

    const due = await runPlugin(['authorizations:rotate', '--due', '--confirm', 'due'], {cwd: folder, env: environmentOf(world), home})
    expect(toldError(due.stderr).code).to.equal('ROTATE_UNTRUSTED')
    expect(changesIn(world)).to.deep.equal([])
    const dry = await rotate('--dry-run', '--no-discover', '--json')
    expect(resultIn(dry.stdout).consumers.find(({keys}) => keys.includes('LOOT'))?.held).to.deep.equal({LOOT: 'nothing'})
    expect((await rotate('--dry-run', '--no-discover')).stdout).to.match(/LOOT\s+not set/)

    const {stdout} = await runPlugin(['authorizations:rotate:trust', 'rotation.yml', '--json'], {cwd: folder, env: environmentOf(world), home})
    const digest = /"sha256": "([\da-f]{64})"/.exec(stdout)?.[1] ?? ''
    const pinned = await rotate('--confirm', name, '--no-discover', '--trust-file', digest)
    expect(pinned.exitCode, pinned.stderr).to.equal(0)
  })

  it('is used where nobody is asked once it is trusted, until it changes', async function () {
    const world = await another()
    const cli = (...args: string[]) => runPlugin(args, {cwd: folder, env: environmentOf(world), home})
    const {stdout} = await cli('authorizations:rotate:trust', 'rotation.yml', '--json')
    await cli('authorizations:rotate:trust', 'rotation.yml', '--trust-file', /"sha256": "([\da-f]{64})"/.exec(stdout)?.[1] ?? '')
    const rotate = ['authorizations:rotate', name, '--drain', '0', '--confirm', name, '--no-discover']
    const trusted = await cli(...rotate)
    expect(trusted.exitCode, trusted.stderr).to.equal(0)
    await writeFile(join(folder, 'rotation.yml'), `${file}# another content\n`)
    expect(toldError((await cli(...rotate)).stderr).code).to.equal('ROTATE_UNTRUSTED')
    expect((await cli(...rotate, '--file', 'rotation.yml')).exitCode).to.equal(0)
  })

  it('is used on a terminal where a person agrees to the plan, and not with --confirm', async function () {
    const world = await another()
    const options = {columns: 110, cwd: folder, env: environmentOf(world), home}
    const confirmed = await pluginTerminal(['authorizations:rotate', name, '--drain', '0', '--confirm', name], options)
    expect((await confirmed.done).exitCode).to.equal(1)
    expect(confirmed.screen()).to.include('ROTATE_UNTRUSTED')
    expect(changesIn(world)).to.deep.equal([])
    const terminal = await pluginTerminal(['authorizations:rotate', name, '--drain', '0'], options)
    await terminal.waitFor('To replace the token')
    terminal.type(`${name}\r`)
    expect((await terminal.done).exitCode, terminal.screen()).to.equal(0)
  })

  it('is refused where another user has made the link to it', async function () {
    if (process.getuid?.() !== 0) return skip(this, 'only root can give a link away')
    await rename(join(folder, 'rotation.yml'), join(folder, 'mine.yml'))
    await symlink('mine.yml', join(folder, 'rotation.yml'))
    expect((await run([check, name, '--json'])).stderr).to.equal(using)
    await lchown(join(folder, 'rotation.yml'), 65_534, 65_534)
    expect(failureIn((await run([check, name, '--json'])).stdout).error.message).to.include('belongs to another user')
  })

  it('is refused where the directory is another user\'s, who chooses what stands beside it', async function () {
    if (process.getuid?.() !== 0) return skip(this, 'only root can give a directory away')
    await lchown(folder, 65_534, 65_534)
    expect(failureIn((await run([check, name, '--json'])).stdout).error.message).to.include('belongs to another user, or the directory does')
    expect((await run([check, name, '--json', '--file', 'rotation.yml'])).exitCode).to.equal(0)
  })

  it('gives no token where nobody is asked and HEROKU_ROTATION_FILE is relative, which is another file in every clone', async function () {
    const world = await another()
    const rotate = (variable: string) => runPlugin(['authorizations:rotate', name, '--drain', '0', '--no-discover', '--confirm', name], {
      cwd: folder, env: {...environmentOf(world), HEROKU_ROTATION_FILE: variable}, home,
    })
    const {exitCode, stderr} = await rotate('./rotation.yml')
    expect([exitCode, toldError(stderr).code]).to.deep.equal([1, 'ROTATE_UNTRUSTED'])
    expect(changesIn(world)).to.deep.equal([])
    expect((await rotate(join(folder, 'rotation.yml'))).exitCode).to.equal(0)
  })

  it('is used for what was picked, and asks for no canary then', async function () {
    const terminal = await pluginTerminal(['authorizations:rotate:check'], {columns: 110, cwd: folder, env: environmentOf(sandbox), home})
    await terminal.waitFor('Which authorization')
    terminal.press('\r')
    expect((await terminal.done).exitCode, terminal.screen()).to.equal(0)
    expect(terminal.screen()).to.include('Using rotation.yml').and.not.include('as a canary?')
  })
})
