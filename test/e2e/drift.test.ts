import {expect} from 'chai'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'

import {type Sandbox, tokenOf} from '../sandbox/sandbox.js'
import {createHome} from '../support/heroku-cli.js'
import {pluginTerminal, runPlugin} from '../support/plugin-cli.js'
import {app, canary, changesIn, confirmed, entriesBelow, environmentOf, name, planned, pluginData, releasing, startExample, utcDate} from './example-rotation.js'
import {failureIn, resultIn} from './result-document.js'
import {toldError} from './told-error.js'

const newer = `${name}-${utcDate()}`
const verify = ['authorizations:rotate:verify', '--description', name]
const issue = z.strictObject({description: z.string(), id: z.uuid()})
const error = z.strictObject({code: z.string(), message: z.string(), next: z.string(), steps: z.array(z.string())})

/** Every field, and no other. */
const driftSchema = z.strictObject({
  api_calls: z.number().int().positive(),
  consumers: z.array(z.strictObject({
    id: z.string(), keys: z.array(z.strictObject({authorization: issue.nullable(), holds: z.string(), key: z.string(), whole: z.boolean()})), kind: z.string(), reason: z.string().nullable(),
  })),
  dead_elsewhere: z.array(z.string()),
  description: z.string(),
  drift: z.boolean(),
  error: error.optional(),
  issues: z.array(issue),
  next: z.string().nullable(),
  right: issue.extend({why: z.string()}),
  scanned: z.strictObject({apps: z.number(), pipelines: z.number()}).nullable(),
  unreadable: z.array(z.strictObject({keys: z.array(z.string()), place: z.string(), reason: z.string()})),
  version: z.literal(1),
})
const documentIn = (stdout: string) => driftSchema.parse(JSON.parse(stdout))
const heldIn = ({consumers}: z.output<typeof driftSchema>) => consumers.flatMap(({id, keys}) => keys.map(({holds, key}) => `${id}:${key} ${holds}`))

describe('authorizations:rotate:verify outside a rotation', function () {
  this.timeout(60_000)
  let home: string
  let sandbox: Sandbox

  beforeEach(async function () {
    const authorizations = [{description: name}, {ageDays: 0, description: newer}]
    sandbox = await startExample({[canary]: {config: {HEROKU_API_KEY: tokenOf(newer)}}, [releasing]: {config: {HEROKU_API_KEY: tokenOf(newer)}}}, {authorizations})
    sandbox.world.setConfig(app, {HEROKU_API_KEY: sandbox.world.authorization(newer)?.token ?? ''})
    home = await createHome(null)
  })

  afterEach(async function () {
    await sandbox.close()
  })

  const run = (...args: string[]) => runPlugin(args, {cwd: home, env: environmentOf(sandbox), home})

  async function expectNothingChanged() {
    expect(changesIn(sandbox)).to.deep.equal([])
    expect(await entriesBelow(pluginData(home))).to.deep.equal([])
  }

  it('finds who holds another issue\'s token, and exits with 1', async function () {
    const {exitCode, stderr, stdout} = await run(...verify)
    expect(exitCode, stderr).to.equal(1)
    expect(stdout).to.match(/^The right token for example-token is that of example-token-[\d-]{10} \([\da-f-]{36}\):\s+it is the newest of 2 that work\.\n/)
    expect(stdout).to.match(/^ example-app {10}HEROKU_API_KEY {2}right\n {22}OTHER_KEY {7}older, works: example-token$/m)
    const told = toldError(stderr)
    expect(told.code).to.equal('ROTATE_DRIFT')
    expect(told.message).to.match(/1 of 4 keys do not have the right token for example-token, which is example-token-[\d-]{10} /)
      .and.to.match(/example-app:OTHER_KEY has the token of example-token .*which works\. Nothing was changed\./)
    expect(told.next).to.match(/^heroku authorizations:rotate --description example-token --app example-app:HEROKU_API_KEY .*--overwrite example-app:OTHER_KEY /)
    expect(told.next).to.match(/ heroku config:edit OTHER_KEY --app example-app/)
    await expectNothingChanged()
  })

  it('prints one JSON document, drift or none', async function () {
    const drifted = await run(...verify, '--app', `${app}:OTHER_KEY`, '--app', canary, '--json')
    const found = documentIn(drifted.stdout)
    expect([drifted.exitCode, drifted.stderr, found.drift, found.error?.code]).to.deep.equal([1, '', true, 'ROTATE_DRIFT'])
    expect(heldIn(found)).to.deep.equal(['heroku-config:example-app:OTHER_KEY older', 'heroku-config:example-app-staging:HEROKU_API_KEY right'])
    expect(found.next).to.equal(`heroku authorizations:rotate --description ${name} --app ${app}:OTHER_KEY --app ${canary} --overwrite ${app}:OTHER_KEY`)

    const well = await run(...verify, '--canary', canary, '--app', releasing, '--json')
    expect([well.exitCode, well.stderr]).to.deep.equal([0, ''])
    expect(documentIn(well.stdout)).to.deep.include({drift: false, next: null, scanned: null})
    await expectNothingChanged()
  })

  it('reads the consumers of a rotation file, whatever their kind', async function () {
    await writeFile(join(home, 'token.sh'), `export HEROKU_API_KEY=${sandbox.world.authorization(name)?.token}\n`, {mode: 0o600})
    await writeFile(join(home, 'rotation.yml'), [
      'version: 1', 'rotations:', `  ${name}:`, '    consumers:', `      - {kind: heroku-config, app: ${canary}}`,
      '      - {kind: file, path: token.sh, format: shell}', '      - {kind: manual, name: operators, instructions: pull it}', '',
    ].join('\n'))
    const {exitCode, stdout} = await run('authorizations:rotate:verify', '--file', 'rotation.yml', '--json')
    const found = documentIn(stdout)
    expect([exitCode, found.error?.code]).to.deep.equal([1, 'ROTATE_DRIFT'])
    expect(heldIn(found)).to.deep.equal([
      `heroku-config:${canary}:HEROKU_API_KEY right`, `file:${join(home, 'token.sh')}:token older`, 'manual:operators:operators unreadable',
    ])
    expect(found.next).to.equal(`heroku authorizations:rotate --description ${name} --file rotation.yml`)
    await expectNothingChanged()
  })

  it('fits a narrow terminal', async function () {
    const columns = 50
    const terminal = await pluginTerminal(verify, {columns, env: environmentOf(sandbox), home})
    const {exitCode} = await terminal.done
    expect(exitCode).to.equal(1)
    const lines = terminal.screen().split('\n')
    expect(terminal.screen()).to.include('  example-app\n    HEROKU_API_KEY: right\n    OTHER_KEY: older, works: example-token\n')
    expect(lines.filter(line => line.includes('…'))).to.deep.equal([])
    expect(toldError(terminal.screen()).code).to.equal('ROTATE_DRIFT')
  })

  it('carries on with the rotation where one is in flight for it, and takes no consumers then', async function () {
    const begun = await run('authorizations:rotate:create', ...planned, ...confirmed, '--allow-straggler', app, '--overwrite', `${app}:OTHER_KEY`, '--json')
    expect(begun.exitCode, begun.stdout).to.equal(0)
    const {outgoing, rotation} = resultIn(begun.stdout)
    const refused = await run(...verify, '--app', app, '--json')
    expect([refused.exitCode, failureIn(refused.stdout).error.code]).to.deep.equal([2, 'ROTATE_IN_FLIGHT'])
    const {exitCode, stdout} = await run('authorizations:rotate:verify', outgoing.id, '--json')
    expect(exitCode, stdout).to.equal(0)
    expect(resultIn(stdout)).to.deep.include({next: `heroku authorizations:rotate:revoke --rotation ${rotation}`, rotation})
    await run('authorizations:rotate:revoke', '--confirm', name)

    const after = await run(...verify, '--json')
    expect([after.exitCode, documentIn(after.stdout).drift], after.stdout).to.deep.equal([0, false])
  })

  it('wants to know of which credential, once', async function () {
    for (const args of [[...verify, 'some-id'], ['authorizations:rotate:verify', '--app', app]]) {
      const {exitCode, stdout} = await run(...args, '--json')
      expect([exitCode, failureIn(stdout).error.code]).to.deep.equal([2, 'ROTATE_WHICH'])
    }
  })
})
