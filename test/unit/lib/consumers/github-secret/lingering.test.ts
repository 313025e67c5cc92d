import {expect} from 'chai'

import {githubSecret} from '../../../../../src/lib/consumers/github-secret.js'
import {textOf} from '../../../../../src/lib/errors.js'
import {World} from '../../../../sandbox/sandbox.js'
import {addressOf, exampleValue, inRepository, valuesOf, withGh} from './fixture.js'

describe('workflow runs that hold a GitHub secret', function () {
  this.timeout(20_000)

  const minute = 60_000
  const fixture = withGh({
    repositories: [{
      environments: ['production'],
      name: 'octo/app',
      secrets: [{name: 'HEROKU_API_KEY', value: exampleValue('outgoing')}],
      workflows: [
        {file: 'deploy.yml', queuedMs: minute, runMs: 2 * minute},
        {file: 'lint.yml', queuedMs: 0, runMs: minute},
        {file: 'nightly.yml', queuedMs: 0, runMs: 600 * minute},
      ],
    }],
  })

  const write = () => githubSecret.write(inRepository, valuesOf(exampleValue('incoming')), fixture().access)

  async function running(at = inRepository) {
    const {access, clock} = fixture()
    const {grace, look, running: found} = await githubSecret.stillRunning(at, {at: clock.now(), release: null}, access)
    expect(grace).to.equal(0)
    if (found.length > 0) expect(look?.map(step => textOf(step))).to.include('gh run list --repo octo/app')
    return found
  }

  it('are named until they end, when they were queued or had begun before', async function () {
    const {clock, github} = fixture()
    const ended = github.startRun('octo/app', 'lint.yml')
    await clock.advance(2 * minute)
    const begun = github.startRun('octo/app', 'lint.yml')
    const queued = github.startRun('octo/app', 'deploy.yml')
    await clock.advance(1000)
    await write()

    const named = [`run ${begun.id} of octo/app (lint.yml)`, `run ${queued.id} of octo/app (deploy.yml)`]
    expect(await running()).to.have.members(named).and.not.include(`run ${ended.id} of octo/app (lint.yml)`)
    await clock.advance(minute)
    expect(await running()).to.deep.equal([named[1]])
    await clock.advance(2 * minute)
    expect(await running()).to.deep.equal([])
  })

  it('do not count when they were queued after it', async function () {
    const {clock, github} = fixture()
    await write()
    await clock.advance(1000)
    github.startRun('octo/app', 'deploy.yml')
    expect(await running()).to.deep.equal([])
  })

  it('count when they were queued in the same second, which may have been before it', async function () {
    const {github} = fixture()
    await write()
    const {id} = github.startRun('octo/app', 'deploy.yml')
    expect(await running()).to.deep.equal([`run ${id} of octo/app (deploy.yml)`])
  })

  it('do not count when it is the run that rotates, which would wait for itself', async function () {
    const {clock, env, github} = fixture()
    const [own, other] = [github.startRun('octo/app', 'nightly.yml'), github.startRun('octo/app', 'nightly.yml')]
    await clock.advance(1000)
    await write()
    Object.assign(env, {GITHUB_REPOSITORY: 'Octo/app', GITHUB_RUN_ID: String(own.id)})
    expect(await running()).to.deep.equal([`run ${other.id} of octo/app (nightly.yml)`])
    Object.assign(env, {GITHUB_REPOSITORY: 'octo/other'})
    expect(await running()).to.have.length(2)
  })

  it('are found behind any number of others', async function () {
    const {clock, github} = fixture()
    const oldest = github.startRun('octo/app', 'nightly.yml')
    await clock.advance(1000)
    await write()
    await clock.advance(1000)
    for (let n = 0; n < 150; n += 1) github.startRun('octo/app', 'nightly.yml')
    expect(await running()).to.deep.equal([`run ${oldest.id} of octo/app (nightly.yml)`])
  })

  it('hold the secrets of an environment too', async function () {
    const {clock, github} = fixture()
    const at = addressOf({environment: 'production', repository: 'octo/app'})
    const {id} = github.startRun('octo/app', 'deploy.yml')
    await clock.advance(1000)
    await githubSecret.write(at, valuesOf(exampleValue('incoming')), fixture().access)
    expect(await running(at)).to.deep.equal([`run ${id} of octo/app (deploy.yml)`])
  })

  for (const app of ['codespaces', 'dependabot']) {
    it(`are not asked for where the secret is for ${app}`, async function () {
      const {access, github} = fixture()
      const at = addressOf({in: app, repository: 'octo/app'})
      expect(await running(at)).to.deep.equal([])
      expect(github.log).to.have.lengthOf(0)
      const {warnings = []} = await githubSecret.inspect(at, access)
      expect(warnings.join('\n')).to.include('nothing waits for them')
    })
  }

  it('break the law of the sandbox when the token they hold is revoked under them', async function () {
    const {clock, github} = fixture()
    const world = new World({authorizations: [{description: 'outgoing'}, {description: 'incoming'}], clock})
    const token = (description: string) => world.authorization(description)?.token ?? ''
    github.setSecret({of: 'octo/app'}, 'HEROKU_API_KEY', token('outgoing'))
    github.watch(world, {of: 'octo/app'}, 'HEROKU_API_KEY')
    const {id} = github.startRun('octo/app', 'deploy.yml')
    await clock.advance(1000)
    await githubSecret.write(inRepository, valuesOf(token('incoming')), fixture().access)
    expect(world.violations).to.deep.equal([])

    const outgoing = world.authorizations.find(({description}) => description === 'outgoing')
    if (outgoing) world.revoke(outgoing)
    world.checkLaws()
    expect(world.violations.map(({consumer, kind}) => `${kind} ${consumer}`)).to.deep.equal([`value github:octo/app:run ${id}`])
  })
})
