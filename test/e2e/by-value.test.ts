import {expect} from 'chai'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {type Sandbox, startSandbox, tokenOf} from '../sandbox/sandbox.js'
import {createHome} from '../support/heroku-cli.js'
import {runPlugin} from '../support/plugin-cli.js'
import {sampleToken} from '../support/sample-token.js'

const name = 'example-token'
const other = sampleToken('another account')

/** Files as people have them, with the token of two accounts in some. */
const files: Record<string, (token: string) => Buffer | string> = {
  '.env': token => Buffer.from(`\uFEFFDATABASE_URL="postgres://localhost"\r\nHEROKU_API_KEY="${token}"\r\n`, 'utf16le'),
  '.netrc': token => `machine api.heroku.com\n  login ops@example.com\n  password ${token}\nmachine git.heroku.com\n  login ops@example.com\n  password ${token}\n`,
  '.zshrc': token => `export HEROKU_API_KEY=${token}\nstaging() { HEROKU_API_KEY=${other} heroku "$@"; }\nsource ~/.aliases`,
  'profile.ps1': token => `$env:HEROKU_API_KEY = "${token}"\r\nWrite-Host 'ready'\r\n`,
}

const url = (token: string) => `https://heroku:${token}@git.heroku.com/example-app.git`

describe('a token in files, in a URL and in the config of a pipeline', function () {
  this.timeout(120_000)
  let home: string
  let sandbox: Sandbox

  beforeEach(async function () {
    sandbox = await startSandbox({
      apps: [{config: {HEROKU_API_KEY: tokenOf(name), RAILS_ENV: 'production'}, dynos: {web: 1}, name: 'example-app', restartMs: 300, sigtermMs: 200}],
      authorizations: [{description: name}],
      pipelines: [{config: {review: {LOG_LEVEL: 'debug'}}, name: 'example-pipeline'}],
    })
    home = await createHome(null)
    const token = tokenNow()
    sandbox.world.setConfig('example-app', {GIT_REMOTE: url(token)})
    sandbox.world.pipelines[0]?.changeConfig('review', {HEROKU_API_KEY: token})
    for (const [path, content] of Object.entries(files)) await writeFile(join(home, path), content(token), {mode: 0o600})
    await writeFile(join(home, 'rotation.yml'), [
      'version: 1', 'rotations:', `  ${name}:`, '    consumers:', '      - {kind: heroku-config, app: example-app}',
      '      - {kind: pipeline-config, pipeline: example-pipeline, stage: review}',
      ...Object.keys(files).map(path => `      - {kind: file, path: ${path}}`), '',
    ].join('\n'))
  })

  afterEach(async function () {
    await sandbox.close()
  })

  /** Of the newest issue that is alive. */
  function tokenNow(): string {
    return sandbox.world.existingAuthorizations.findLast(({description}) => description.startsWith(name))?.token ?? ''
  }

  const run = (command: string, ...args: string[]) => runPlugin([command, ...args], {
    cwd: home,
    env: {HEROKU_API_KEY: sandbox.sessionToken, HEROKU_HOST: sandbox.url, HEROKU_PARTICLEBOARD_URL: sandbox.particleboardUrl},
    home,
  })

  async function held() {
    const found = await Promise.all(Object.keys(files).map(async path => [path, await readFile(join(home, path))] as const))
    return {app: {...sandbox.world.app('example-app').config}, files: Object.fromEntries(found), review: sandbox.world.pipelines[0]?.config('review')}
  }

  const expected = (token: string) => ({
    app: {GIT_REMOTE: url(token), HEROKU_API_KEY: token, RAILS_ENV: 'production'},
    files: Object.fromEntries(Object.entries(files).map(([path, content]) => [path, Buffer.from(content(token))])),
    review: {HEROKU_API_KEY: token, LOG_LEVEL: 'debug'},
  })

  it('is replaced in all of them, in one rotation', async function () {
    const {exitCode, stderr, stdout} = await run('authorizations:rotate', '--file', 'rotation.yml', '--drain', '1', '--confirm', name)
    expect(exitCode, stdout + stderr).to.equal(0)
    expect(await held()).to.deep.equal(expected(tokenNow()))
    expect(sandbox.world.authorization(name)).to.equal(undefined)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('is given back to all of them, byte for byte, half way', async function () {
    const before = await held()
    const begun = await run('authorizations:rotate', '--file', 'rotation.yml', '--drain', '1', '--confirm', name, '--no-revoke')
    expect(begun.exitCode, begun.stdout + begun.stderr).to.equal(0)
    expect(await held()).to.deep.equal(expected(tokenNow()))
    const {exitCode, stderr, stdout} = await run('authorizations:rotate:rollback')
    expect(exitCode, stdout + stderr).to.equal(0)
    expect(await held()).to.deep.equal(before)
    expect(sandbox.world.violations).to.deep.equal([])
  })
})
