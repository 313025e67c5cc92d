import formats from 'ajv-formats'
import {Ajv2020} from 'ajv/dist/2020.js'
import {expect} from 'chai'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {Sandbox} from '../sandbox/sandbox.js'

import {text as schemaText} from '../../scripts/json-schema.js'
import {createHome, projectRoot} from '../support/heroku-cli.js'
import {runPlugin} from '../support/plugin-cli.js'
import {confirmed, environmentOf, name, planned, startExample} from './example-rotation.js'
import {leaksIn} from './leaks.js'
import {failureIn} from './result-document.js'

const ajv = new Ajv2020({allErrors: true, strict: false})
formats.default(ajv)
const isValid = ajv.compile(JSON.parse(schemaText))
const linesIn = (stdout: string): {result?: object; text?: string; type: string}[] => stdout.trimEnd().split('\n').map(line => JSON.parse(line))

describe('what machines are told', function () {
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

  async function run(id: string, args: readonly string[], more: Record<string, string> = {}) {
    const ran = await runPlugin([`authorizations:rotate${id}`, ...args], {cwd: home, env: {...environmentOf(sandbox), ...more}, home})
    expect(leaksIn(ran.stdout + ran.stderr, sandbox.world.authorizations.map(({token}) => token))).to.deep.equal([])
    return ran
  }

  function expectValid(document: unknown) {
    expect(isValid(document), `${JSON.stringify(isValid.errors?.slice(0, 8), null, 1)}\n${JSON.stringify(document, null, 1)}`).to.equal(true)
  }

  it('has a schema in the pack, which is what npm run schema writes', async function () {
    expect(await readFile(join(projectRoot, 'json.schema.json'), 'utf8')).to.equal(schemaText)
  })

  it('is valid, whatever the command', async function () {
    await writeFile(join(home, 'rotation.yml'), `version: 1\nrotations:\n  ${name}:\n    every: 30d\n    consumers: [{kind: heroku-config, app: example-app}]\n`)
    const commands: [string, readonly string[]][] = [
      [':check', planned],
      [':check', ['--description', name, '--app', 'no-such-app']],
      [':discover', ['--description', name]],
      ['', [...planned, ...confirmed, '--no-revoke']],
      [':status', []],
      [':check', planned],
      [':verify', []],
      [':rollback', []],
      [':verify', ['--description', name]],
      ['', [...planned]],
      [':status', ['--file', 'rotation.yml', '--due']],
      [':audit', []],
      [':trust', ['rotation.yml']],
      [':trust', ['--list']],
      [':resume', ['--nonsense']],
    ]
    for (const [id, args] of commands) {
      const {stdout} = await run(id, [...args, '--json'])
      const document: {version: number} = JSON.parse(stdout)
      expectValid(document)
      expect(document.version).to.equal(1)
    }
  })

  it('has each event on a line of its own while it happens, and the result on the last', async function () {
    const {exitCode, stderr, stdout} = await run('', [...planned, ...confirmed, '--json-events'])
    const lines = linesIn(stdout)
    const last = lines.at(-1)
    expect({exitCode, stderr, type: last?.type}).to.deep.equal({exitCode: 0, stderr: '', type: 'result'})
    expectValid(last?.result)
    expect(last?.result).to.have.property('status', 'completed')
    const phases = lines.filter(({type}) => type === 'phase').map(line => `${Reflect.get(line, 'name')} ${Reflect.get(line, 'state')}`)
    expect(phases).to.include.members(['create started', 'create done', 'fanout done', 'revoke done', 'prove done'])
    expect(lines.some(line => line.type === 'consumer' && Reflect.get(line, 'id') === 'heroku-config:example-app')).to.equal(true)
    for (const line of lines) expect(line).to.have.property('time').that.matches(/^\d{4}-\d\d-\d\dT.*Z$/)
  })

  it('ends with the failure on the last line', async function () {
    const {exitCode, stdout} = await run('', ['--description', 'nobody', '--json-events'])
    const lines = linesIn(stdout)
    expect({exitCode, types: lines.map(({type}) => type)}).to.deep.equal({exitCode: 1, types: ['result']})
    expectValid(lines[0]?.result)
    expect(lines[0]?.result).to.have.nested.property('error.code', 'ROTATE_NO_AUTHORIZATION')
  })

  it('is a summary of the run in GitHub Actions', async function () {
    const summary = join(home, 'summary.md')
    await writeFile(summary, 'before\n')
    const {exitCode, stdout} = await run(':run', [...planned, ...confirmed, '--output', 'github', '--json'], {GITHUB_STEP_SUMMARY: summary})
    expect(exitCode).to.equal(0)
    expectValid(JSON.parse(stdout))
    expect(JSON.parse(stdout)).to.include({next: null, status: 'completed'})
    expect(sandbox.world.violations).to.deep.equal([])
    const text = await readFile(summary, 'utf8')
    expect(text).to.match(/^before\n# example-token: completed\n/).and.include('old token 401, new token 200').and.include('heroku-config:example-app')
    expect(leaksIn(text, sandbox.world.authorizations.map(({token}) => token))).to.deep.equal([])
  })

  it('is an annotation with the file and the line where a rotation file is wrong', async function () {
    const summary = join(home, 'summary.md')
    await writeFile(join(home, 'rotation.yml'), 'version: 1\nrotations:\n  "a%,b":\n    consumer: []\n    every: 90\n')
    const {exitCode, stderr, stdout} = await run(':check', ['--file', 'rotation.yml', '--output=github', '--json'], {GITHUB_STEP_SUMMARY: summary})
    expect(exitCode).to.equal(2)
    const places = [[4, 5, 'consumer is not known here; did you mean consumers?'], [5, 12, 'every: 90 needs a unit: 90d']] as const
    expect(stderr.split('\n')).to.deep.equal([...places.map(([line, column, message]) => `::error file=rotation.yml,line=${line},col=${column},title=ROTATE_FILE::${message}`), ''])
    expect(failureIn(stdout).error).to.deep.include({
      message: '2 things are wrong with the rotation file. Nothing was changed.',
      places: places.map(([line, column, message]) => ({column, file: 'rotation.yml', line, message})),
    })
    expect(await readFile(summary, 'utf8')).to.match(/^# ROTATE_FILE\n/).and.include('| rotation.yml:5:12 |')
  })

  it('is drift as an error', async function () {
    sandbox.world.setConfig('example-app', {HEROKU_API_KEY: 'something-else'})
    const {exitCode, stderr} = await run(':verify', ['--description', name, '--app', 'example-app:HEROKU_API_KEY', '--output', 'github'])
    expect(exitCode).to.equal(1)
    expect(stderr).to.match(/^::error title=ROTATE_DRIFT::/m)
  })
})
