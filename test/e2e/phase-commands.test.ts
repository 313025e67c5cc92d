import {expect} from 'chai'

import {sampled} from '../matrix/whole.js'
import {type AppSpec, type Sandbox, type SandboxOptions, tokenOf} from '../sandbox/sandbox.js'
import {createHome} from '../support/heroku-cli.js'
import {runPlugin} from '../support/plugin-cli.js'
import {
  aliveIn, app, canary, changesIn, confirmed, consumers, entriesBelow, environmentOf, heldIn, name, planned, pluginData, releasing, startExample,
} from './example-rotation.js'
import {failureIn, phasesIn, resultIn} from './result-document.js'
import {toldError} from './told-error.js'

const create = ['create', ...planned, ...confirmed]
const untouched = {[app]: [name, name], [canary]: [name], [releasing]: [name]}

describe('phase by phase', function () {
  this.timeout(120_000)

  let home: string
  let sandbox: Sandbox

  async function begin(changes: Record<string, Partial<AppSpec>> = {}, options: SandboxOptions = {}) {
    sandbox = await startExample(changes, options)
    home = await createHome(null)
  }

  afterEach(async function () {
    expect(sandbox.world.violations).to.deep.equal([])
    await sandbox.close()
  })

  /** `create` is authorizations:rotate:create; nothing is authorizations:rotate itself. */
  const attempt = ([command = '', ...args]: string[]) =>
    runPlugin([command === '' ? 'authorizations:rotate' : `authorizations:rotate:${command}`, ...args], {env: environmentOf(sandbox), home})

  async function run(...args: string[]) {
    const ran = await attempt(args)
    expect(ran.exitCode, ran.stdout + ran.stderr).to.equal(0)
    return ran
  }

  async function runJson(...args: string[]) {
    const {stderr, stdout} = await run(...args, '--json')
    expect(stderr).to.equal('')
    return resultIn(stdout)
  }

  async function expectDocument(args: readonly string[], last: string, status: string, next: null | string) {
    const {stderr, stdout} = await run(...args, '--json')
    const result = resultIn(stdout)
    expect(stderr).to.equal('')
    expect(result.status).to.equal(status)
    expect(phasesIn(stdout, 'finished').at(-1)).to.equal(last)
    expect(result.next).to.equal(next && `heroku authorizations:rotate:${next} --rotation ${result.rotation}`)
    expect(result.outgoing.revoked).to.equal(next === null)
  }

  const marked = () => aliveIn(sandbox).find(description => /\(rotation \w+\)$/.test(description))

  async function expectRolledBack() {
    expect(aliveIn(sandbox)).to.deep.equal([name])
    expect(heldIn(sandbox)).to.deep.equal(untouched)
    expect((await entriesBelow(pluginData(home))).filter(({path}) => path.endsWith('.sealed'))).to.deep.equal([])
  }

  it('create, fan-out, verify and revoke rotate, each saying what comes next', async function () {
    await begin()
    const created = await run(...create)
    expect(created.stdout).to.include('heroku authorizations:rotate:fanout --rotation ')
    expect(marked(), 'the new one carries the mark').not.to.equal(undefined)
    expect(heldIn(sandbox)).to.deep.equal(untouched)

    const fannedOut = await run('fan-out')
    expect(fannedOut.stdout).to.include('heroku authorizations:rotate:verify --rotation ')
    expect(Object.values(heldIn(sandbox)).flat()).to.deep.equal(Array.from({length: 4}, marked))
    expect(aliveIn(sandbox)).to.include(name)

    const verified = await run('verify')
    expect(verified.stdout).to.include('heroku authorizations:rotate:revoke --rotation ')
    const revoked = await run('revoke')
    expect(revoked.stdout).to.match(/^✓ Rotated example-token/)
    expect(aliveIn(sandbox)).to.have.length(1).and.not.include(name)
    expect(marked()).to.equal(undefined)
  })

  it('check and --dry-run change nothing, and say what to type to carry it out', async function () {
    await begin()
    let next: null | string = null
    for (const args of [['', ...planned, '--dry-run'], ['check', ...planned]]) {
      const result = await runJson(...args);
      ({next} = result)
      expect(result).to.deep.include({proof: null, status: 'planned'})
      expect(new Set([...result.phases, ...result.consumers].map(({status}) => status))).to.deep.equal(new Set(['pending']))
    }

    const {stderr, stdout} = await run('check', ...planned)
    expect(stdout).to.include('Rotate example-token').and.include(canary).and.include('OTHER_KEY')
    expect(stderr).to.equal('')
    expect(changesIn(sandbox)).to.deep.equal([])
    expect(await entriesBelow(pluginData(home))).to.deep.equal([])

    const [command, ...words] = next?.split(' ') ?? []
    expect(command).to.equal('heroku')
    const {exitCode, stderr: told} = await runPlugin([...words, ...confirmed], {env: environmentOf(sandbox), home})
    expect(exitCode, told).to.equal(0)
  })

  it('--no-revoke leaves both tokens working until revoke', async function () {
    await begin()
    const {next, rotation, status} = await runJson('', ...planned, ...confirmed, '--no-revoke')
    expect({next, status}).to.deep.equal({next: `heroku authorizations:rotate:revoke --rotation ${rotation}`, status: 'incomplete'})
    expect(aliveIn(sandbox)).to.have.length(2)
    await expectDocument(['revoke'], 'finish', 'completed', null)
    expect(aliveIn(sandbox)).to.have.length(1).and.not.include(name)
  })

  it('each takes the description that is replaced for an answer, with its date, as the first one does', async function () {
    const dated = `${name}-2026-01-15`
    const only = {config: {HEROKU_API_KEY: tokenOf(dated)}, dynos: {}, name: app}
    await begin({}, {apps: [only], authorizations: [{description: dated}]})
    for (const last of ['rollback', 'revoke']) {
      await run('', '--description', dated, '--drain', '0', '--no-revoke', '--confirm', dated)
      await run(last, '--confirm', dated)
    }
  })

  for (const [last, ...steps] of sampled(1, [
    ['create', [create, 'validate', 'fanout']],
    ['verify', [create, 'validate', 'fanout'], [['fanout'], 'fanout', 'verify'], [['verify'], 'verify', 'revoke']],
    ['fanout', [create, 'validate', 'fanout'], [['fanout'], 'fanout', 'verify']],
  ] as const)) {
    it(`each prints one JSON document, and rollback after ${last} gives everything back`, async function () {
      await begin()
      for (const [args, phase, next] of steps) await expectDocument(args, phase, 'incomplete', next)
      const {status} = await runJson('rollback')
      expect(status).to.equal('rolled-back')
      await expectRolledBack()
      await run('', ...planned, ...confirmed)
      expect(aliveIn(sandbox)).not.to.include(name)
    })
  }

  it('rollback is refused once the outgoing authorization is revoked', async function () {
    await begin()
    // the incoming token is asked for this one thing when the outgoing one has to be refused
    sandbox.faults.arm({kind: '500', match: {method: 'PATCH', path: '/oauth/authorizations/:id'}, times: 6})
    const stopped = await attempt(['', ...planned, ...confirmed])
    expect(stopped.exitCode, stopped.stderr).to.equal(3)
    expect(toldError(stopped.stderr).message).to.match(/is revoked.*cannot be undone/)

    const {exitCode, stderr} = await attempt(['rollback'])
    expect(exitCode).to.equal(3)
    expect(toldError(stderr)).to.deep.include({code: 'ROTATE_TOO_LATE'})
    expect(toldError(stderr).next).to.match(/^\*? ?heroku authorizations:rotate:resume --rotation/)
    await run('resume')
    expect(aliveIn(sandbox)).to.have.length(1).and.not.include(name)
  })

  it('two rotations in flight have to be told apart', async function () {
    await begin({[releasing]: {config: {HEROKU_API_KEY: '{{token of other-token}}'}}}, {authorizations: [{description: name}, {description: 'other-token'}]})
    const first = await runJson('create', '--description', name, '--app', app, '--no-discover', '--drain', '1', ...confirmed)
    const second = await runJson('create', '--description', 'other-token', '--app', releasing, '--drain', '1', '--confirm', 'other-token')

    const text = await attempt(['rollback'])
    expect(text.exitCode, text.stderr).to.equal(2)
    for (const {rotation} of [first, second]) expect(toldError(text.stderr).next).to.include(`--rotation ${rotation}`)
    expect(toldError(text.stderr).code).to.equal('ROTATE_WHICH')

    await run('rollback', '--rotation', first.rotation)
    await run('rollback', '--description', 'other-token')
    expect(sandbox.world.authorizations.map(({description}) => description)).to.have.members([sandbox.world.session.description, name, 'other-token'])
  })

  it('a second rotation of the same credential is refused while one is in flight', async function () {
    await begin()
    const {rotation} = await runJson(...create)
    const {exitCode, stderr} = await attempt(['', ...planned, ...confirmed])
    expect(exitCode, stderr).to.equal(1)
    expect(toldError(stderr)).to.have.property('code', 'ROTATE_IN_FLIGHT')
    expect(toldError(stderr).next).to.include(`heroku authorizations:rotate:resume --rotation ${rotation}`)
  })

  it('is finished by resume once the app whose release failed is mended', async function () {
    await begin({[releasing]: {releasePhase: 'fails'}})
    const {exitCode, stdout} = await attempt(['', ...planned, ...confirmed, '--json'])
    expect(exitCode).to.equal(3)
    expect(failureIn(stdout)).to.have.nested.property('error.code', 'ROTATE_RELEASE_FAILED')
    expect(failureIn(stdout)).to.deep.include({status: 'incomplete'})
    expect(heldIn(sandbox)[releasing]).to.deep.equal([name])
    expect(aliveIn(sandbox)).to.include(name)

    sandbox.world.app(releasing).become({releasePhase: 'succeeds'})
    const {status} = await runJson('resume')
    expect(status).to.equal('completed')
    expect(Object.values(heldIn(sandbox)).flat()).to.deep.equal(Array.from({length: 4}, () => aliveIn(sandbox)[0]))
  })

  it('gives everything back after dynos crashed with the incoming token', async function () {
    await begin({[app]: {crashes: true}})
    const {exitCode, stderr} = await attempt(['', ...planned, ...confirmed])
    expect(exitCode, stderr).to.equal(3)
    const {code, message, next} = toldError(stderr)
    expect(code).to.equal('ROTATE_DYNOS_CRASHED')
    expect(message).to.match(/example-app: (?:\w+\.\d, ){2}\w+\.\d crashed on release v4\..*old token still works/)
    expect(next).to.match(/heroku logs --app example-app .*:resume --rotation.*:rollback --rotation/)

    sandbox.world.app(app).become({crashes: false})
    const {consumers: restored, status} = await runJson('rollback')
    expect(status).to.equal('rolled-back')
    expect(restored.filter(each => each.id === `heroku-config:${app}`)).to.have.nested.property('[0].status', 'restored')
    await expectRolledBack()
  })

  it('has nothing to go on with where nothing is in flight', async function () {
    await begin()
    for (const command of sampled(2, ['fanout', 'verify', 'revoke', 'rollback', 'resume'])) {
      const {exitCode, stderr} = await attempt([command])
      expect(exitCode, stderr).to.equal(1)
      expect(toldError(stderr)).to.deep.include({code: 'ROTATE_NONE'})
    }

    expect(sandbox.log.filter(({method}) => method !== 'GET')).to.deep.equal([])
    expect(consumers).to.include(canary)
  })
})
