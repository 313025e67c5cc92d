import {expect} from 'chai'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {createHome} from '../../support/heroku-cli.js'
import {runPlugin} from '../../support/plugin-cli.js'
import {skip} from '../../support/skip.js'
import {changesIn, entriesBelow, pluginData} from '../example-rotation.js'
import {leaksIn} from '../leaks.js'
import {failureIn, resultIn} from '../result-document.js'
import {auditOf, rotateFile} from './commands.js'
import {key} from './machine.js'
import {apps, hasGh, name, openSystems, type Options, repository, type Systems} from './systems.js'

const failing: Options = {changes: {[apps.other]: {releasePhase: 'fails'}}}
const resumeDone = 'heroku authorizations:rotate:resume --done operators'

describe('a rotation of every system that stops on its way', function () {
  this.timeout(90_000)

  let systems: Systems
  let was: Record<string, string>
  let secret: null | string | undefined

  before('needs gh', function () {
    if (!hasGh()) skip(this, 'gh, the GitHub CLI, is not installed')
  })

  async function open(options: Options = {}) {
    systems = await openSystems(await createHome(null), options)
    was = systems.held()
    secret = systems.github?.secret({of: repository}, key)
  }

  afterEach('keeps the laws, and stops the systems', async function () {
    const {home, machine, sandbox, tokens} = systems
    await systems.close()
    expect(sandbox.world.violations).to.deep.equal([])
    for (const {path, text} of await entriesBelow(home)) {
      if (!machine.stores.includes(path)) expect(leaksIn(text ?? '', tokens), path).to.deep.equal([])
    }
  })

  async function run(args: readonly string[], exit: number, env: Record<string, string> = {}) {
    const {home} = systems
    const ran = await runPlugin(args, {cwd: home, env: {...systems.env, ...env}, home})
    expect(ran.exitCode, ran.stderr + ran.stdout).to.equal(exit)
    expect(leaksIn(ran.stdout + ran.stderr, systems.tokens)).to.deep.equal([])
    return ran
  }

  function expectAsBefore() {
    expect(systems.held()).to.deep.equal(was)
    expect(systems.github?.secret({of: repository}, key) === secret).to.equal(true)
  }

  function expectCompleted() {
    const incoming = systems.sandbox.world.authorizations.at(-1)?.description ?? ''
    expect(incoming).to.match(/^example-platform-token-\d{4}-\d{2}-\d{2}$/)
    expect(new Set(Object.values(systems.held()))).to.deep.equal(new Set([incoming]))
  }

  const holdersOf = (whose: string) => Object.entries(systems.held()).filter(([, each]) => each === whose).map(([place]) => place)

  const actions = async () => (await auditOf(systems.home)).map(({action}) => action)

  it('rolls back by itself when a release fails and --rollback-on-failure is given, up to what a person has to do', async function () {
    await open(failing)
    const {stdout} = await run([...rotateFile(systems), '--done', 'operators', '--rollback-on-failure', '--json'], 3)
    expect(failureIn(stdout)).to.have.nested.property('error.next', resumeDone)
    const {stdout: resumed} = await run(['authorizations:rotate:resume', '--done', 'operators', '--json'], 0)
    expect(resultIn(resumed).status).to.equal('rolled-back')
    expectAsBefore()
    expect(await actions()).to.deep.equal(['secret.rotate.rolled_back'])
  })

  it('asks for the manual step when a release has failed and it is rolled back', async function () {
    await open({...failing, withGitHub: false})
    const {stderr} = await run([...rotateFile(systems), '--done', 'operators'], 3)
    expect(stderr).to.include(`heroku releases:output v4 --app ${apps.other}`)
    expect(holdersOf(name), 'of a release that failed nothing runs').to.deep.equal([`${apps.other} ${key}`])
    const {stderr: asked} = await run(['authorizations:rotate:rollback'], 3)
    expect(asked).to.include('The rotation is rolled back: go back to the old token.').and.include(resumeDone)
    await run(['authorizations:rotate:resume', '--done', 'operators'], 0)
    expectAsBefore()
  })

  it('without a terminal and without --done, stops at the manual step, and goes on once a person has done it', async function () {
    await open({withGitHub: false})
    const {stderr} = await run(rotateFile(systems), 3)
    expect(stderr).to.include('Waiting for you: tell the team to pull the new token (operators)').and.include(resumeDone)
    expect(holdersOf(name)).to.deep.equal([])
    await run(['authorizations:rotate:resume', '--done', 'operators', '--actor', 'ann'], 0)
    expectCompleted()
    const [entry] = await auditOf(systems.home)
    expect(entry).to.have.property('actor', 'operator@example.com')
    expect(entry?.consumers.find(({id}) => id === 'manual:operators')?.stamp).to.equal('confirmed by ann')
  })

  it('stops where Infisical wants an approval, and goes on once it is given', async function () {
    await open({withGitHub: false})
    Object.assign(systems.infisical.switches, {approval: true, approvalForAll: true})
    const {stdout} = await run([...rotateFile(systems), '--done', 'operators', '--json'], 3)
    expect(failureIn(stdout)).to.have.nested.property('error.code', 'ROTATE_APPROVAL')
    expectAsBefore()
    expect(systems.infisical.approve()).to.equal(1)
    await run(['authorizations:rotate:resume', '--done', 'operators'], 0)
    expectCompleted()
  })

  it('tells everything that is wrong with a file at once, and changes nothing where gh is logged out', async function () {
    await open()
    const {github, infisical, sandbox} = systems
    if (github) github.rights.loggedIn = false
    await writeFile(join(systems.home, 'broken.yml'), [
      'version: 1',
      'rotations:',
      `  ${name}:`,
      '    evry: 90d',
      '    consumers:',
      '      - {kind: heroku-confg, app: example-app}',
      '      - {kind: github-secret, repository: example}',
      '    probes:',
      '      - {kind: http, url: "not an address"}',
      '',
    ].join('\n'))
    const {stderr} = await run(['authorizations:rotate:check', '--file', 'broken.yml'], 2)
    for (const problem of [
      '4:5: evry is not known here; did you mean every?',
      '6:16: heroku-confg is not a kind of consumer; heroku-config is',
      '7:43: repository: is not of the form owner/repository',
      '9:27: url: is not an http:// or https:// address',
    ]) expect(stderr).to.include(`broken.yml:${problem}\n`)

    expect(systems.sandbox.log).to.deep.equal([])
    const {stdout} = await run([...rotateFile(systems), '--done', 'operators', '--json'], 1)
    expect(failureIn(stdout)).to.have.nested.property('error.code', 'ROTATE_GH_LOGGED_OUT')
    expect(changesIn(sandbox)).to.deep.equal([])
    expect([...infisical.log, ...github?.log ?? []].filter(({method}) => method !== 'GET')).to.deep.equal([])
    expect((await entriesBelow(pluginData(systems.home))).filter(({path}) => path.endsWith('.jsonl'))).to.deep.equal([])
    expectAsBefore()
  })

  it('takes Infisical and GitHub from flags as well', async function () {
    await open()
    const {infisical, sandbox} = systems
    await run([
      'authorizations:rotate', '--description', name, '--infisical', `${infisical.project}/prod:${key}`, '--github', `${repository}:${key}`,
      '--canary', apps.canary, '--app', `${apps.main}:HEROKU_API_KEY,OTHER_KEY`, '--app', apps.other, '--drain', '1', '--no-revoke', '--confirm', name,
    ], 0, {INFISICAL_DOMAIN: infisical.url})
    const incoming = sandbox.world.authorizations.at(-1)?.description
    expect(incoming).not.to.equal(name)
    expect(holdersOf(name)).to.deep.equal(['command', 'profile'])
  })
})
