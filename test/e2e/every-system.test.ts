import {expect} from 'chai'

import type {Ran} from '../support/cli-process.js'

import {createHome, installPlugin, spawnHeroku} from '../support/heroku-cli.js'
import {runPlugin} from '../support/plugin-cli.js'
import {skip} from '../support/skip.js'
import {auditOf, rotateFile} from './every-system/commands.js'
import {key} from './every-system/machine.js'
import {apps, hasGh, name, openSystems, repository, type Systems} from './every-system/systems.js'
import {witness, type Witnessed} from './every-system/witness.js'
import {entriesBelow, utcDate} from './example-rotation.js'
import {leaksIn} from './leaks.js'
import {failureIn, resultIn} from './result-document.js'

const infisicalId = ({infisical}: Systems) => `infisical:${infisical.project}/prod:${key}@${infisical.url.replace('http://', '')}`
const githubId = `github-secret:${repository}:${key}`
const profileId = ({machine}: Systems) => `file:${machine.profile}`

/*
 * One rotation file with every kind of store, consumer and probe; the packed plugin in the heroku CLI, and the real gh.
 */
describe('a rotation of every system', function () {
  this.timeout(60_000)

  let systems: Systems
  let outgoing: string
  let incoming: string
  let ran: Ran
  let seen: Witnessed
  let days: string[]

  before('rotates with --json', async function () {
    this.timeout(240_000)
    if (!hasGh()) skip(this, 'gh, the GitHub CLI, is not installed')
    const home = await createHome(await installPlugin())
    systems = await openSystems(home)
    const {world} = systems.sandbox
    outgoing = world.authorization(name)?.token ?? ''
    const before = utcDate()
    const running = spawnHeroku([...rotateFile(systems), '--done', 'operators', '--json'], {env: systems.env, home});
    [ran, seen] = await Promise.all([running.done, witness(running)])
    days = [before, utcDate()]
    incoming = world.authorizations.at(-1)?.description ?? ''
  })

  after(() => systems?.close())

  async function filesBeside() {
    const files = await entriesBelow(systems.home)
    // The operator's own login, to Heroku.
    const open = new Set([...systems.machine.stores, `${systems.home}/.netrc`])
    return files.filter(({path}) => !open.has(path) && !path.includes('/node_modules/'))
  }

  async function expectNoLeaks({stderr, stdout}: Ran) {
    expect(leaksIn(stdout, systems.tokens), 'stdout').to.deep.equal([])
    expect(leaksIn(stderr, systems.tokens), 'stderr').to.deep.equal([])
    for (const {path, text} of await filesBeside()) expect(leaksIn(text ?? '', systems.tokens), path).to.deep.equal([])
  }

  const everywhere = (whose: string) => Object.fromEntries(Object.keys(systems.held()).map(place => [place, whose]))

  it('completes', function () {
    expect(ran.exitCode, ran.stderr + ran.stdout).to.equal(0)
    expect(resultIn(ran.stdout)).to.deep.include({next: null, status: 'completed'})
    expect(days.map(day => `${name}-${day}`)).to.include(incoming)
  })

  it('gives the incoming token to everyone', function () {
    expect(systems.held()).to.deep.equal(everywhere(incoming))
    expect(Object.keys(systems.held())).to.have.length(8)
  })

  it('seals for GitHub exactly the token that Heroku made', function () {
    expect(systems.github?.secret({of: repository}, key) === systems.sandbox.world.authorization(incoming)?.token).to.equal(true)
  })

  it('leaves nobody with a dead token at any time', function () {
    expect(systems.sandbox.world.violations).to.deep.equal([])
    expect(systems.sandbox.world.isLive(outgoing)).to.equal(false)
  })

  it('verifies all of them, the canary before the others', function () {
    const {consumers, proof} = resultIn(ran.stdout)
    expect(consumers.map(({id, status, wave}) => [id, wave, status])).to.have.deep.members([
      [infisicalId(systems), 0, 'verified'],
      [`heroku-config:${apps.canary}`, 0, 'verified'],
      [`heroku-config:${apps.main}`, 1, 'verified'],
      [`heroku-config:${apps.other}`, 1, 'verified'],
      [githubId, 1, 'verified'],
      [profileId(systems), 1, 'verified'],
      ['command:keep', 1, 'verified'],
      ['manual:operators', 1, 'verified'],
    ])
    expect(proof).to.deep.equal({by: 'token', incoming_status: 200, outgoing_status: 401})
  })

  it('writes the evidence of each into the audit log', async function () {
    const [entry, ...more] = await auditOf(systems.home)
    expect(more).to.deep.equal([])
    expect(entry).to.deep.include({action: 'secret.rotate.completed', actor: 'operator@example.com', description: name})
    expect(entry?.context).to.deep.include({
      method: 'operator-assisted', new_authorization_id: systems.sandbox.world.authorization(incoming)?.id, secret_name: key,
    })
    const stamps = new Map(entry?.consumers.map(({id, release, stamp}) => [id, release ?? stamp]))
    expect(stamps.get(infisicalId(systems))).to.equal('version 3')
    for (const app of Object.values(apps)) expect(stamps.get(`heroku-config:${app}`)).to.equal(4)
    expect(stamps.get(githubId)).to.match(/^\d{4}-\d{2}-\d{2}T[\d:]{8}Z$/)
    expect(stamps.get('manual:operators')).to.equal('confirmed by operator@example.com')
    expect(new Set(entry?.consumers.map(({status}) => status))).to.deep.equal(new Set(['verified']))
    expect(entry?.probes.map(({evidence}) => evidence)).to.have.length(4).and.satisfy((all: string[]) => {
      const [canary = '', main = '', workflow = '', command = ''] = all
      return /^status 200, .+ is true$/.test(canary) && /^status 200, .+ is true$/.test(main) && /^run https:\S+\/actions\/runs\/\d+ success$/.test(workflow) && command === 'exit 0'
    })
  })

  it('runs the workflow with the incoming token', function () {
    const runs = systems.github?.runs(repository) ?? []
    expect(runs.map(({captured, event, inputs}) => [systems.sandbox.world.nameOf(captured.get(key) ?? ''), event, inputs]))
      .to.deep.equal([[incoming, 'workflow_dispatch', {sanity: 'true'}]])
  })

  it('leaves the other lines of the profile, and the history of the store', async function () {
    const profile = (await entriesBelow(systems.home)).find(({path}) => path === systems.machine.profile)
    expect(profile?.text?.replace(/KEY=.*/, 'KEY=')).to.equal(`# what a shell starts with\nexport EDITOR=vi\nexport ${key}=\nalias h=heroku\n`)
    expect(profile?.mode).to.equal(0o600)
    expect(systems.infisical.versions()).to.have.length(3)
  })

  it('prints no token and leaves none in a file', async function () {
    expect(systems.tokens.size).to.equal(2)
    expect(ran.stderr).to.equal('')
    await expectNoLeaks(ran)
  })

  it('has no token on a command line or in an environment', function () {
    const all = [...systems.tokens, systems.sandbox.sessionToken]
    const {commands, environment, environmentOf} = seen
    expect([...commands].filter(command => command.includes(`/gh secret set ${key}`)), 'gh was seen').not.to.deep.equal([])
    expect(systems.machine.seen()).to.include('write\n')
    expect(leaksIn([...commands].join('\n'), all), 'argv').to.deep.equal([])
    expect(leaksIn([...environment].join('\n'), all), 'environment').to.deep.equal([])
    expect(leaksIn(systems.machine.seen(), all), 'of the command').to.deep.equal([])
    // A login of the operator's goes where it is for, and nowhere else.
    const [ofGh, ofCommand] = [environmentOf('gh').join('\n'), systems.machine.seen()]
    expect(environmentOf('node').join('\n')).to.include('INFISICAL_TOKEN=')
    expect(ofGh).to.include('GH_TOKEN=').and.not.include('INFISICAL')
    expect(ofCommand).to.include('HOME=').and.not.match(/GH_|INFISICAL/)
  })

  describe('and a second one that fails half way through its last wave', function () {
    let failed: Ran
    let secret: null | string | undefined
    const half: Record<string, string> = {}

    before('rotates until Heroku refuses an app, and rolls back', async function () {
      const {env, github, home, sandbox} = systems
      secret = github?.secret({of: repository}, key)
      const refusal = sandbox.faults.armRaw(({method, path}) => (method === 'PATCH' && path === `/apps/${apps.other}/config-vars`
        ? {body: '{"id":"forbidden","message":"You do not have access to the app."}', status: 403}
        : undefined))
      failed = await runPlugin([...rotateFile(systems), '--done', 'operators', '--json'], {env, home})
      refusal.disarm()
      Object.assign(half, systems.held())
      ran = await runPlugin(['authorizations:rotate:rollback', '--done', 'operators', '--json'], {env, home})
    })

    it('stops where everybody but that app has the new token', function () {
      expect(failed.exitCode, failed.stderr + failed.stdout).to.equal(3)
      expect(failureIn(failed.stdout)).to.have.nested.property('error.next').that.matches(/^heroku authorizations:rotate:resume --rotation /)
      const holders = Object.entries(half).filter(([, whose]) => whose === incoming).map(([place]) => place)
      expect(holders).to.deep.equal([`${apps.other} ${key}`])
    })

    it('is rolled back, and everyone holds what they held, GitHub included', function () {
      expect(ran.exitCode, ran.stderr + ran.stdout).to.equal(0)
      expect(resultIn(ran.stdout).status).to.equal('rolled-back')
      expect(systems.held()).to.deep.equal(everywhere(incoming))
      expect(systems.github?.secret({of: repository}, key) === secret).to.equal(true)
    })

    it('leaves nobody with a dead token, and one authorization', function () {
      expect(systems.sandbox.world.violations).to.deep.equal([])
      const alive = systems.sandbox.world.authorizations.map(({description}) => description)
      expect(alive.filter(description => description.startsWith(name))).to.deep.equal([incoming])
    })

    it('is in the audit log, and nowhere is a token', async function () {
      expect((await auditOf(systems.home)).map(({action}) => action)).to.deep.equal(['secret.rotate.completed', 'secret.rotate.rolled_back'])
      expect(systems.tokens.size).to.equal(3)
      await expectNoLeaks(failed)
      await expectNoLeaks(ran)
    })
  })
})
