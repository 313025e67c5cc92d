import {expect} from 'chai'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {type Sandbox, tokenOf} from '../sandbox/sandbox.js'
import {runPlugin} from '../support/plugin-cli.js'
import {app, canary, changesIn, environmentOf, name, releasing, startExample} from './example-rotation.js'
import {failureIn} from './result-document.js'

const discover = ['authorizations:rotate:discover', '--description', name]

describe('authorizations:rotate:discover', function () {
  this.timeout(30_000)
  let home: string
  let sandbox: Sandbox
  const run = (args: string[], input?: string) =>
    runPlugin(args, {cwd: home, env: environmentOf(sandbox), home, ...(input === undefined ? {} : {input})})

  before('starts an account', async function () {
    home = await mkdtemp(join(tmpdir(), 'discover-'))
    sandbox = await startExample(
      {[releasing]: {access: 'view'}},
      {authorizations: [{description: name}, {description: 'other-token'}], pipelines: [{config: {test: {HEROKU_API_KEY: 'nothing'}}, name: 'example-pipeline'}]},
    )
    sandbox.world.setConfig(canary, {OTHER_KEY: sandbox.world.authorization('other-token')?.token ?? tokenOf('nobody')})
  })

  after('stops it', async function () {
    await sandbox.close()
    await rm(home, {force: true, recursive: true})
  })

  it('shows who holds the token, whose the others are, and what could not be read', async function () {
    const {exitCode, stderr, stdout} = await run(discover)
    expect(exitCode, stderr).to.equal(0)
    expect(stdout).to.match(/^example-token \([\da-f-]{36}\) is used by 2 places\./)
    expect(stdout).to.match(/^ example-app {10}HEROKU_API_KEY {2}this token\n {22}OTHER_KEY {7}this token$/m)
    expect(stdout).to.match(/^ example-app-staging {2}HEROKU_API_KEY {2}this token\n {22}OTHER_KEY {7}other-token$/m)
    expect(stdout).to.match(/Read 2 of 3 apps and 1 pipeline with \d+ calls\.\nNot complete: 1 place could not be checked and may use it too:\n {2}example-console {2}you may not read it\n/)
    expect(changesIn(sandbox)).to.deep.equal([])
  })

  it('prints one JSON document', async function () {
    const {exitCode, stderr, stdout} = await run([...discover, '--json'])
    expect([exitCode, stderr]).to.deep.equal([0, ''])
    const [outgoing, other] = [name, 'other-token'].map(description => ({description, id: sandbox.world.authorization(description)?.id}))
    const found = JSON.parse(stdout)
    expect(found).to.deep.include({
      complete: false,
      holders: [
        {
          app, keys: [
            {authorization: outgoing, holds: 'outgoing', key: 'HEROKU_API_KEY', whole: true}, {authorization: outgoing, holds: 'outgoing', key: 'OTHER_KEY', whole: true},
          ], place: app,
        },
        {
          app: canary, keys: [
            {authorization: outgoing, holds: 'outgoing', key: 'HEROKU_API_KEY', whole: true}, {authorization: other, holds: 'another', key: 'OTHER_KEY', whole: true},
          ], place: canary,
        },
      ],
      next: `heroku authorizations:rotate ${outgoing?.id}`,
      scanned: {apps: 3, pipelines: 1},
      unreadable: [{keys: [], place: releasing, reason: 'you may not read it'}],
    })
    expect(found.api_calls).to.be.greaterThan(6)
  })

  it('writes a rotation file that check takes, and adds to it later', async function () {
    const file = join(home, 'rotation.yml')
    const first = await run([...discover, '--write', 'rotation.yml'])
    expect(first.exitCode, first.stderr).to.equal(0)
    expect(first.stdout).to.include('Written to rotation.yml: example-app:HEROKU_API_KEY,OTHER_KEY example-app-staging:HEROKU_API_KEY\n')
    const text = await readFile(file, 'utf8')
    const edited = text.replace('rotations:', '# ours\nrotations:').replace(/^ {6}- .*example-app-staging.*\n/m, '')
    await writeFile(file, edited)
    await run([...discover, '--write', 'rotation.yml'])
    expect(await readFile(file, 'utf8')).to.equal(`${edited}      - {kind: heroku-config, app: example-app-staging}\n`)
    const again = await run([...discover, '--write', 'rotation.yml'])
    expect(again.stdout).to.include('rotation.yml names all of them already.\n')
  })

  it('writes the stage of a pipeline that holds the token', async function () {
    sandbox.world.pipelines[0]?.changeConfig('test', {HEROKU_API_KEY: sandbox.world.authorization(name)?.token ?? ''})
    const {stdout} = await run([...discover, '--write', 'rotation.yml'])
    expect(stdout).to.match(/Written to rotation\.yml: .*example-pipeline\/test:HEROKU_API_KEY/)
    expect(await readFile(join(home, 'rotation.yml'), 'utf8')).to.include('{kind: pipeline-config, pipeline: example-pipeline, stage: test}')
  })

  it('leaves a file alone that it cannot understand', async function () {
    const file = join(home, 'wrong.yml')
    await writeFile(file, 'version: 2\n')
    const {exitCode, stdout} = await run([...discover, '--write', 'wrong.yml', '--json'])
    expect([exitCode, failureIn(stdout).error.code, await readFile(file, 'utf8')]).to.deep.equal([2, 'ROTATE_FILE', 'version: 2\n'])
  })

  it('takes the outgoing token on stdin, and prints it nowhere', async function () {
    const token = sandbox.world.authorization(name)?.token ?? ''
    const {exitCode, stderr, stdout} = await run([...discover, '--outgoing-token-stdin'], `${token}\n`)
    expect(exitCode, stderr).to.equal(0)
    expect(stdout + stderr).not.to.include(token)
    for (const input of ['', 'two words', `${token}x`]) {
      const refused = await run([...discover, '--outgoing-token-stdin', '--json'], input)
      expect(failureIn(refused.stdout).error.code).to.be.oneOf(['ROTATE_STDIN', 'ROTATE_NOT_THE_TOKEN'])
      expect(refused.exitCode).to.be.oneOf([1, 2])
    }
  })

  it('wants to know which authorization, once', async function () {
    for (const args of [['authorizations:rotate:discover', '--no-file'], [...discover, 'some-id']]) {
      const {exitCode, stdout} = await run([...args, '--json'])
      expect([exitCode, failureIn(stdout).error.code]).to.deep.equal([2, 'ROTATE_WHICH'])
    }
  })
})
