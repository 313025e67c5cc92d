import {expect} from 'chai'
import {spawnSync} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {chmod, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {Interrupted} from '../../../../src/lib/errors.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {runWith} from '../../../../src/lib/system/child-process.js'
import {codeOf} from '../../../../src/lib/system/system-error.js'
import {nodeOptions, urlOf} from '../../../support/compiled.js'
import {failureOf} from '../../../support/failure.js'
import {sampleToken} from '../../../support/sample-token.js'
import {skip} from '../../../support/skip.js'
import {tempRoot} from '../../../support/temp-root.js'
import {until} from '../../../support/until.js'

const token = sampleToken('child')
const node = (program: string) => [process.execPath, '-e', program]
const run = runWith({PATH: process.env['PATH']}, 150)
const within = {timeoutMs: 60_000}

describe('child processes', function () {
  const root = tempRoot()

  before('needs process groups', function () {
    if (process.platform === 'win32') skip(this, 'Windows has no process groups')
  })

  /** A shell that waits for a grandchild, and what tells when that runs. */
  function family(ignoring = '') {
    const started = join(root(), 'started')
    return {
      command: ['sh', '-c', `${ignoring} (${ignoring} echo $$ > ${started}; while :; do sleep 60; done) & wait; while :; do sleep 60; done`],
      isRunning: () => isAlive(Number(readFileSync(started, 'utf8'))),
      starts: () => until(() => existsSync(started) && readFileSync(started, 'utf8') !== ''),
    }
  }

  it('gives stdout, stderr and the exit code', async function () {
    expect(await run(node('console.log("out"); console.error("err"); process.exitCode = 7'), within)).to.deep.equal({exitCode: 7, stderr: 'err\n', stdout: 'out\n'})
  })

  it('starts nothing from the current directory, whatever the PATH says', async function () {
    await writeFile(join(root(), 'gh-of-a-clone'), '#!/bin/sh\necho ran\n')
    await chmod(join(root(), 'gh-of-a-clone'), 0o755)
    const before = process.cwd()
    process.chdir(root())
    try {
      for (const [PATH, outcome] of [['.', 'ENOENT'], ['', 'ENOENT'], [`:${before}`, 'ENOENT'], [`${before}:`, 'ENOENT'], ['../:./', 'ENOENT'], [root(), 'ran']] as const) {
        const ran = await runWith({PATH})(['gh-of-a-clone'], within).then(({stdout}) => stdout.trim(), (error: unknown) => codeOf(error))
        expect(ran, PATH).to.equal(outcome)
      }
    } finally {
      process.chdir(before)
    }
  })

  it('hands a minimal environment on, and what is added to it', async function () {
    const env = {HEROKU_API_KEY: token, HOME: '/home/ann', LANG: 'C', NODE_OPTIONS: '--no-deprecation', PATH: process.env['PATH'], SECRET: token, TMPDIR: undefined}
    const {stdout} = await runWith(env)(node('console.log(JSON.stringify(process.env))'), {...within, env: {VAULT_ADDR: 'https://vault.example.com'}})
    const seen: unknown = JSON.parse(stdout)
    expect(seen).to.include({HOME: '/home/ann', LANG: 'C', VAULT_ADDR: 'https://vault.example.com'})
    expect(seen).to.not.have.any.keys('HEROKU_API_KEY', 'SECRET', 'NODE_OPTIONS', 'TMPDIR')
  })

  it('hands on the locale and the certificates of each kind of program, and no other LC_ variable', async function () {
    const names = [
      'AWS_CA_BUNDLE', 'CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO', 'HTTPLIB2_CA_CERTS', 'LANGUAGE', 'LC_ALL', 'LC_COLLATE',
      'LC_CTYPE', 'LC_MESSAGES', 'LC_NUMERIC', 'LC_TIME', 'NIX_SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'SSL_CERT_DIR', 'SSL_CERT_FILE', 'TZ',
    ]
    const given = Object.fromEntries([...names, 'LC_SESSION'].map(name => [name, '/x']))
    const {stdout} = await runWith({...given, PATH: process.env['PATH']})(['env'], within)
    expect(stdout.split('\n').flatMap(line => (line.endsWith('=/x') ? [line.slice(0, -3)] : [])).sort()).to.deep.equal(names)
  })

  it('expands nothing: arguments arrive as they are', async function () {
    const args = ['$HOME', '`id`', '$(id)', '*', 'a b', '"', '\'', ';', '|', '&&', '>x', '', '\\', 'é', '-x']
    const {stdout} = await run([...node('console.log(JSON.stringify(process.argv.slice(1)))'), '--', ...args], within)
    expect(JSON.parse(stdout)).to.deep.equal(args)
  })

  it('writes a secret to stdin exactly, and nothing after it', async function () {
    for (const value of [token, '', 'é\n', ' a '.repeat(100_000)]) {
      const {stdout} = await run(node('process.stdin.pipe(process.stdout)'), {...within, input: new Secret(value)})
      expect(stdout === value, `${value.length} characters`).to.equal(true)
    }
  })

  it('leaves stdin empty when there is nothing to say', async function () {
    expect((await run(['cat'], within)).stdout).to.equal('')
  })

  it('does not mind a child that ends without reading stdin', async function () {
    const input = new Secret('x'.repeat(1_000_000))
    expect(await run(['true'], {...within, input})).to.include({exitCode: 0})
    expect(await run(['sh', '-c', 'exec 0<&-; exit 3'], {...within, input})).to.include({exitCode: 3})
  })

  it('keeps a million bytes of output and lets the child end', async function () {
    const {exitCode, stderr, stdout} = await run(node('process.stdout.write("x".repeat(3e6)); process.stderr.write("y".repeat(3e6))'), within)
    expect([exitCode, stdout.length, stderr.length]).to.deep.equal([0, 1_000_000, 1_000_000])
  })

  it('says which program there is none of', async function () {
    const error = await failureOf(run(['no-such-program', token], within))
    expect(error).to.include({code: 'ENOENT', message: 'no-such-program: no such program'})
  })

  it('says of a program that it cannot be started, and quotes no arguments', async function () {
    const path = join(root(), 'not-executable')
    await writeFile(path, '')
    await chmod(path, 0o600)
    const error = await failureOf(run([path, token], {...within, input: new Secret(token)}))
    expect(error).to.include({code: 'EACCES', message: `${path}: cannot be started (EACCES)`})
  })

  it('ends a child and all that it started at its deadline', async function () {
    this.timeout(6000)
    const {command, isRunning, starts} = family()
    const ran = run(command, {timeoutMs: 500})
    await starts()
    expect(await ran).to.include({exitCode: null})
    await until(() => !isRunning())
  })

  it('kills what does not heed SIGTERM', async function () {
    this.timeout(6000)
    const {command, isRunning, starts} = family('trap "" TERM;')
    const ran = run(command, {timeoutMs: 500})
    await starts()
    expect(await ran).to.include({exitCode: null})
    await until(() => !isRunning())
  })

  it('takes a child that ends properly at its deadline for killed', async function () {
    expect(await run(node('process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000)'), {timeoutMs: 300})).to.include({exitCode: null})
  })

  describe('that leaves something behind which holds its output open', function () {
    const left = () => join(root(), 'left')
    const agent = (does: string) => ['sh', '-c', `(echo $$ >/dev/null; sh -c 'echo $$ > ${left()}; ${does}') & until [ -s ${left()} ]; do :; done; printf %070000d 7; echo done >&2; exit 3`]

    afterEach(function () {
      process.kill(Number(readFileSync(left(), 'utf8')), 'SIGKILL')
    })

    for (const [what, does] of [['is silent', 'exec sleep 30'], ['goes on talking', 'trap "" PIPE; while :; do echo more; sleep 0.01; done']] as const) {
      it(`ends when it has ended itself, with all that it wrote, where that ${what}`, async function () {
        this.timeout(10_000)
        const started = Date.now()
        const {exitCode, stderr, stdout} = await run(agent(does), {timeoutMs: 9000})
        expect(Date.now() - started).to.be.below(5000)
        expect([exitCode, stderr]).to.deep.equal([3, 'done\n'])
        expect(stdout.replaceAll('more\n', '')).to.have.length(70_000)
      })
    }
  })

  it('does not wait for who left the family and holds its output open', async function () {
    if (spawnSync('setsid', ['true']).error) skip(this, 'setsid is not installed')
    this.timeout(6000)
    const leaver = join(root(), 'leaver')
    expect(await run(['sh', '-c', `setsid sh -c 'echo $$ > ${leaver}; exec sleep 30' & echo gone`], {timeoutMs: 300})).to.deep.equal({exitCode: 0, stderr: '', stdout: 'gone\n'})
    // It may be written after who started it has ended.
    await until(() => existsSync(leaver) && readFileSync(leaver, 'utf8') !== '')
    process.kill(Number(readFileSync(leaver, 'utf8')), 'SIGKILL')
  })

  it('ends the family when it is interrupted, with the reason', async function () {
    const {command, isRunning, starts} = family()
    const controller = new AbortController()
    const ran = failureOf(run(command, {...within, signal: controller.signal}))
    await starts()
    controller.abort(new Interrupted())
    expect(await ran).to.be.instanceOf(Interrupted)
    await until(() => !isRunning())
  })

  it('starts nothing once it is interrupted', async function () {
    const trace = join(root(), 'trace')
    const error = await failureOf(run(['touch', trace], {...within, signal: AbortSignal.abort(new Interrupted())}))
    expect(error).to.be.instanceOf(Interrupted)
    expect(existsSync(trace)).to.equal(false)
  })

  it('leaves no listeners behind', async function () {
    const {signal} = new AbortController()
    const before = process.listenerCount('exit')
    await Promise.all(Array.from({length: 15}, () => run(['true'], {...within, signal})))
    expect(process.listenerCount('exit')).to.equal(before)
  })

  it('takes its children along when the process ends', async function () {
    this.timeout(6000)
    const {command, isRunning} = family()
    const source = urlOf(new URL('../../../../src/lib/system/child-process.ts', import.meta.url))
    const started = join(root(), 'started')
    const program = `
      import {existsSync, readFileSync} from 'node:fs'
      import {runWith} from ${JSON.stringify(source)}
      runWith(process.env)(${JSON.stringify(command)}, {timeoutMs: 60000})
      setInterval(() => existsSync(${JSON.stringify(started)}) && readFileSync(${JSON.stringify(started)}, 'utf8') && process.exit(0), 10)`
    const {status} = spawnSync(process.execPath, [...nodeOptions, '--input-type=module', '-e', program], {timeout: 5000})
    expect(status).to.equal(0)
    await until(() => !isRunning())
  })

  it('prints nothing of its own under NODE_DEBUG', function () {
    this.timeout(6000)
    const source = urlOf(new URL('../../../../src/lib/system/child-process.ts', import.meta.url))
    const program = `
      import {runWith} from ${JSON.stringify(source)}
      await runWith(process.env)(['cat'], {input: 'hush-hush', timeoutMs: 5000})`
    const {stderr, stdout} = spawnSync(process.execPath, [...nodeOptions, '--input-type=module', '-e', program], {
      encoding: 'utf8',
      env: {...process.env, NODE_DEBUG: 'execa'},
      timeout: 5000,
    })
    expect(stdout + stderr).to.equal('')
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    // ESRCH: there is none of that number.
    return false
  }
}
