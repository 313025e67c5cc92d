import {expect} from 'chai'
import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import type {Sandbox} from '../sandbox/sandbox.js'

import {runCli} from '../support/cli-process.js'
import {createHome} from '../support/heroku-cli.js'
import {pluginTerminal, runPlugin, spawnPlugin} from '../support/plugin-cli.js'
import {aliveIn, app, confirmed, entriesBelow, environmentOf, name, planned, pluginData, startExample} from './example-rotation.js'
import {leaksIn} from './leaks.js'
import {failureIn, resultIn} from './result-document.js'
import {toldError} from './told-error.js'

describe('audit and token', function () {
  this.timeout(120_000)

  let home: string
  let sandbox: Sandbox

  beforeEach('starts the sandbox', async function () {
    sandbox = await startExample()
    home = await createHome(null)
  })

  afterEach('stops it', async function () {
    await sandbox.close()
  })

  const command = (words: string) => words === '' ? 'authorizations:rotate' : `authorizations:rotate:${words}`
  const run = (words: string, ...args: string[]) => runPlugin([command(words), ...args], {env: environmentOf(sandbox), home})
  const files = async () => (await entriesBelow(pluginData(home))).flatMap(({path, text}) => text === null ? [] : [{path, text}])

  async function succeed(words: string, ...args: string[]) {
    const ran = await run(words, ...args)
    expect(ran.exitCode, ran.stdout + ran.stderr).to.equal(0)
    return ran
  }

  async function auditFile() {
    const found = (await files()).find(({path}) => path.endsWith('audit.jsonl'))
    if (!found) throw new Error('there is no audit log')
    return found
  }

  describe('audit', function () {
    it('says that nothing has ended yet, without a session', async function () {
      const {exitCode, stderr, stdout} = await runPlugin(['authorizations:rotate:audit', '--verify'], {home})
      expect({exitCode, stderr}).to.deep.equal({exitCode: 0, stderr: ''})
      expect(stdout).to.include('The audit log is empty.')
    })

    it('refuses a data directory that others can write, as every command does', async function () {
      await mkdir(pluginData(home), {recursive: true})
      await chmod(pluginData(home), 0o777)
      for (const [words, more] of [['audit', '--verify'], ['trust', '--list']] as const) expect(toldError((await run(words, more)).stderr)).to.have.property('code', 'ROTATE_DISK')
    })

    it('lists who replaced what, writes a page about a rotation, with no token in it, and finds a line that was edited', async function () {
      expect(failureIn((await run('audit', '--report', join(home, 'none.md'), '--json')).stdout).error.code).to.equal('ROTATE_NONE')
      const {rotation: back} = resultIn((await succeed('create', ...planned, ...confirmed, '--json')).stdout)
      await succeed('rollback')
      const {incoming, outgoing, rotation} = resultIn((await succeed('', ...planned, ...confirmed, '--json')).stdout)

      const {stderr, stdout} = await succeed('audit')
      expect(stderr).to.equal('')
      expect(stdout).to.match(new RegExp(`rolled back  ${name}  by \\S+@\\S+\\n.*rotation ${back}\\n`))
      expect(stdout).to.match(new RegExp(`completed  ${name}  by \\S+@\\S+\\n  ${outgoing.id} → ${incoming?.id}  rotation ${rotation}\\n`))
      expect((await succeed('audit', '--verify')).stdout).to.include('2 entries, none changed, missing or moved.')

      const {entries} = JSON.parse((await succeed('audit', '--json')).stdout)
      expect(entries.map(({action}: {action: string}) => action)).to.deep.equal(['secret.rotate.rolled_back', 'secret.rotate.completed'])

      for (const file of ['report.md', 'report.html']) {
        expect((await succeed('audit', '--report', join(home, file), '--rotation', rotation)).stdout).to.include(`about rotation ${rotation} of ${name}`)
        const page = await readFile(join(home, file), 'utf8')
        for (const wanted of [rotation, outgoing.id, incoming?.id, app, 'old 401, new 200', 'Head of the log']) expect(page).to.include(wanted)
        expect(leaksIn(page, sandbox.world.authorizations.map(({token}) => token))).to.deep.equal([])
      }

      const shown = (await succeed('audit', '--rotation', rotation)).stdout
      for (const wanted of [rotation, outgoing.id, incoming?.id, app, 'old 401, new 200', 'Head of the log', '  HEROKU_API_KEY']) expect(shown).to.include(wanted)
      expect(toldError((await run('audit', '--report', join(home, 'report.md', 'page.md'))).stderr)).to.have.property('code', 'ROTATE_FILE')
      expect(toldError((await run('audit', '--report', 'report.pdf')).stderr)).to.have.property('code', 'ROTATE_USAGE')

      const {path, text} = await auditFile()
      await writeFile(path, text.replace('"actor":"', '"actor":"not-'))
      const edited = await run('audit', '--verify')
      expect(edited.exitCode).to.equal(1)
      expect(toldError(edited.stderr)).to.have.property('code', 'ROTATE_AUDIT')
      expect(toldError(edited.stderr).message).to.include('line 2 does not follow the line before it')
      const json = await run('audit', '--verify', '--json')
      expect(json.exitCode).to.equal(1)
      expect(failureIn(json.stdout).error.code).to.equal('ROTATE_AUDIT')
      expect((await succeed('audit')).stdout, 'without --verify it is only shown').to.include('not-')

      await writeFile(path, text.split('\n').slice(1).join('\n'))
      expect(toldError((await run('audit', '--verify')).stderr).message).to.include('line 1 does not start the log')
      await writeFile(path, text)
      await succeed('audit', '--verify')
    })
  })

  describe('token', function () {
    const incoming = () => sandbox.world.authorizations.find(({description}) => /\(rotation \w+\)$/.test(description))?.token ?? ''

    it('is written to a pipe exactly, and to nothing else; to a terminal only with --tty; and a runner of GitHub hides it', async function () {
      const none = await run('token')
      expect([none.exitCode, none.stdout, toldError(none.stderr).code]).to.deep.equal([1, '', 'ROTATE_NONE'])
      await succeed('create', ...planned, ...confirmed)
      const {stderr, stdout} = await spawnPlugin(['authorizations:rotate:token'], {env: environmentOf(sandbox), home}).done
      expect(stdout).to.equal(incoming()).and.not.equal('')
      expect(stderr).to.equal('')
      expect((await succeed('token', '--description', name, '--tty')).stdout).to.equal(incoming())
      const {stderr: debug} = await runPlugin(['authorizations:rotate:token'], {env: {...environmentOf(sandbox), DEBUG: '*', HEROKU_DEBUG: '1'}, home})
      const logs = (await entriesBelow(home)).flatMap(({text}) => text ?? '').join('\n')
      expect(leaksIn(debug + logs, [incoming()])).to.deep.equal([])

      const refused = await pluginTerminal(['authorizations:rotate:token'], {env: environmentOf(sandbox), home})
      const {exitCode, stdout: told} = await refused.done
      expect(exitCode).to.equal(2)
      expect(told).to.include('heroku authorizations:rotate:token | vault kv put secret/heroku token=-')
      const json = await run('token', '--json')
      expect(json.stderr).to.include('Nonexistent flag: --json').and.not.include('Did you mean')
      expect(told).to.include('ROTATE_TERMINAL').and.include('heroku authorizations:rotate:token --tty')
      expect(leaksIn(told + refused.screen(), [incoming()])).to.deep.equal([])
      const terminal = await pluginTerminal(['authorizations:rotate:token', '--tty'], {columns: 120, env: environmentOf(sandbox), home})
      const shown = await terminal.done
      expect(shown.exitCode).to.equal(0)
      expect(shown.stdout).to.equal(`${incoming()}\r\n`)

      const env = {...environmentOf(sandbox), GITHUB_ACTIONS: 'true'}
      expect((await spawnPlugin(['authorizations:rotate:token'], {env, home}).done).stderr).to.equal(`::add-mask::${incoming()}\n`)
      const file = join(home, 'stderr')
      const plugin = [fileURLToPath(new URL('../support/cached-start.cjs', import.meta.url)), 'authorizations:rotate:token']
      const code = `const stderr = fs.openSync(${JSON.stringify(file)}, 'w')
        process.stdout.write(child_process.spawnSync(process.execPath, ${JSON.stringify(plugin)}, {stdio: ['ignore', 'pipe', stderr]}).stdout)`
      expect((await runCli(['-e', code], {env, home})).stdout).to.equal(incoming())
      const kept = await readFile(file, 'utf8')
      expect(kept).to.include('this is a CI job')
      expect(leaksIn(kept, [incoming()])).to.deep.equal([])
    })

    it('is there for a person whom the rotation waits for', async function () {
      const file = join(home, 'rotation.yml')
      await writeFile(file, [
        'version: 1', 'rotations:', `  ${name}:`, '    consumers:',
        `      - {kind: heroku-config, app: ${app}, keys: [HEROKU_API_KEY, OTHER_KEY]}`,
        '      - {kind: manual, name: operators, instructions: "take the token over", wave: 2}', '',
      ].join('\n'))
      const stopped = await run('', '--file', file, '--no-discover', '--drain', '1', ...confirmed)
      expect(stopped.exitCode, stopped.stderr).to.equal(3)
      expect(toldError(stopped.stderr)).to.have.property('code', 'ROTATE_MANUAL')
      expect(toldError(stopped.stderr).next).to.include('--done operators')

      const {stdout} = await succeed('token')
      expect(stdout).to.equal(incoming()).and.equal(sandbox.world.app(app).config['HEROKU_API_KEY'])
      expect(aliveIn(sandbox)).to.have.length(2)

      const {stdout: ended} = await succeed('resume', '--done', 'operators', '--json')
      expect(resultIn(ended)).to.have.property('status', 'completed')
      const {consumers} = JSON.parse((await readFile((await auditFile()).path, 'utf8')).trimEnd())
      const {stamp} = consumers.find(({id}: {id: string}) => id === 'manual:operators')
      expect(stamp).to.match(/^confirmed by \S+@\S+$/)
      expect((await run('token')).exitCode).to.equal(1)
    })
  })
})
