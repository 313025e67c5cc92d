import {expect} from 'chai'
import {execFileSync} from 'node:child_process'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {Sandbox} from '../sandbox/sandbox.js'

import {createHome} from '../support/heroku-cli.js'
import {runPlugin} from '../support/plugin-cli.js'
import {aliveIn, app, canary, confirmed, environmentOf, heldIn, name, planned, releasing, startExample} from './example-rotation.js'
import {leaksIn} from './leaks.js'
import {resultIn} from './result-document.js'

const everybody = [canary, app, releasing].map(each => `{kind: heroku-config, app: ${each}, keys: [HEROKU_API_KEY${each === app ? ', OTHER_KEY' : ''}]}`)

describe('a rotation of the token it runs as', function () {
  this.timeout(60_000)

  let home: string
  let sandbox: Sandbox
  let session: string

  beforeEach('logs in as the outgoing token', async function () {
    sandbox = await startExample()
    home = await createHome(null)
    session = sandbox.world.authorization(name)?.token ?? ''
  })

  afterEach(async function () {
    await sandbox.close()
    expect(sandbox.world.violations).to.deep.equal([])
  })

  const run = (words: string[], token = session) =>
    runPlugin([words[0] === '' ? 'authorizations:rotate' : `authorizations:rotate:${words[0]}`, ...words.slice(1)], {env: {...environmentOf(sandbox), HEROKU_API_KEY: token}, home})

  async function succeed(words: string[], token = session) {
    const ran = await run(words, token)
    expect(ran.exitCode, ran.stdout + ran.stderr).to.equal(0)
    expect(leaksIn(ran.stdout + ran.stderr, sandbox.world.existingAuthorizations.map(({token: each}) => each))).to.deep.equal([])
    return ran
  }

  const tokenIn = (each: string) => sandbox.world.app(each).config['HEROKU_API_KEY'] ?? ''

  it('says on the plan that the session ends, and how to go on', async function () {
    const {stdout} = await succeed(['check', ...planned])
    expect(stdout.replaceAll(/\s+/g, ' ')).to.include('you will be logged out at the end').and.include('--no-revoke')
    expect((await succeed(['check', ...planned], sandbox.sessionToken)).stdout).to.not.include('logged out')
  })

  it('ends with the login that is left, where only config vars hold the token', async function () {
    const {stdout} = await succeed(['', ...planned, ...confirmed])
    const ids = [canary, app, releasing].join(', ')
    expect(stdout.replaceAll(/\s+/g, ' ')).to.include(`You are logged out, because ${name} is revoked. The new token is in ${ids}, which you can read after logging in again`)
    expect(stdout).to.include('    unset HEROKU_API_KEY; heroku login\n')
    expect(sandbox.world.isLive(session)).to.equal(false)
  })

  it('ends with a line that gives the incoming token to the shell, where a consumer outside Heroku holds it', async function () {
    const profile = join(home, '.profile')
    const file = join(home, 'rotation.yml')
    await writeFile(profile, `export HEROKU_API_KEY=${session}\n`, {mode: 0o600})
    await writeFile(file, `version: 1\nrotations:\n  ${name}:\n    consumers: [${everybody.join(', ')}, {kind: file, path: ${profile}, format: shell}]\n`)
    const {next, status} = resultIn((await succeed(['', '--drain', '1', '--file', file, ...confirmed, '--json'])).stdout)
    expect({next, status}).to.deep.equal({next: `. ${profile}; export HEROKU_API_KEY`, status: 'completed'})

    const wanted = join(home, 'wanted')
    await writeFile(wanted, `${tokenIn(canary)}\n`)
    // Builtins only: no child may be given it.
    execFileSync('bash', ['--norc', '-c', `${next}; read -r wanted <${wanted}; [[ $HEROKU_API_KEY == "$wanted" ]]`], {env: {}, stdio: 'ignore'})
    expect(await readFile(profile, 'utf8')).to.not.include(session)
  })

  it('with --no-revoke gives the incoming token out, and goes on as it', async function () {
    const stopped = await succeed(['', ...planned, ...confirmed, '--no-revoke'])
    const rotation = /--rotation (\w+)/.exec(stopped.stdout)?.[1] ?? ''
    expect(stopped.stdout).to.include(`    export HEROKU_API_KEY="$(heroku authorizations:rotate:token --rotation ${rotation})"\n`)
    expect(stopped.stdout).to.include(`  next: heroku authorizations:rotate:revoke --rotation ${rotation}\n`)

    const {stdout: token} = await run(['token', '--rotation', rotation])
    expect(token === tokenIn(canary)).to.equal(true)
    const {stdout} = await succeed(['revoke', '--rotation', rotation, '--drain', '1'], token)
    expect(stdout).to.match(/^✓ Rotated example-token/).and.not.include('session')
    expect(sandbox.world.isLive(session)).to.equal(false)
    expect(heldIn(sandbox)[canary]).to.deep.equal(aliveIn(sandbox))
  })
})
