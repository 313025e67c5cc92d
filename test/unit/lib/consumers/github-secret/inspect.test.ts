import {expect} from 'chai'
import {chmod, mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {githubSecret} from '../../../../../src/lib/consumers/github-secret.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {errorOf, failureOf} from '../../../../support/failure.js'
import {addressOf, exampleValue, type Fixture, inRepository, withGh} from './fixture.js'

describe('inspecting a GitHub secret', function () {
  this.timeout(20_000)

  const fixture = withGh({
    organizations: [{name: 'octo'}],
    repositories: [
      {environments: ['production'], name: 'octo/app', secrets: [{name: 'HEROKU_API_KEY', value: exampleValue('outgoing')}]},
      {archived: true, name: 'octo/old', secrets: [{name: 'HEROKU_API_KEY', value: exampleValue('outgoing')}]},
    ],
  })

  const inspect = (at = inRepository) => githubSecret.inspect(at, fixture().access)

  it('tells of one that exists that it cannot be read', async function () {
    expect(await inspect()).to.deep.equal({dynos: null, remarks: [], values: new Map(), warnings: []})
    expect(await githubSecret.read(inRepository, fixture().access)).to.deep.equal(new Map())
    expect(await githubSecret.stamp(inRepository, fixture().access)).to.match(/^2025-10-17T/)
  })

  it('tells of one that does not exist that it is made', async function () {
    const at = addressOf({environment: 'production', repository: 'octo/app'})
    const {remarks, values} = await inspect(at)
    expect(values).to.deep.equal(new Map([['HEROKU_API_KEY', null]]))
    expect(remarks).to.deep.equal(['HEROKU_API_KEY does not exist yet and will be made'])
    expect(await githubSecret.stamp(at, fixture().access)).to.equal(null)
  })

  it('tells of one whose name is mistyped which one is there', async function () {
    const {remarks} = await inspect(addressOf({repository: 'octo/app', secret: 'HEROKU_APIKEY'}))
    expect(remarks).to.deep.equal(['HEROKU_APIKEY does not exist yet and will be made. Did you mean HEROKU_API_KEY? That stays as it is'])
  })

  it('only reads', async function () {
    await inspect()
    const {log} = fixture().github
    expect(new Set(log.map(({method}) => method))).to.deep.equal(new Set(['GET']))
    expect(log).to.have.lengthOf(4)
  })

  it('takes the token of a GitHub App, which belongs to no user', async function () {
    fixture().github.faults.armRaw(({path}) => (path === '/user' ? {body: '{"message":"Resource not accessible by integration"}', status: 403} : undefined))
    expect(await inspect(addressOf({organization: 'octo'}))).to.have.property('dynos', null)
  })

  async function fakeGh({access, env}: Fixture, script: string) {
    const directory = join(access.home, 'bin')
    await mkdir(directory)
    await writeFile(join(directory, 'gh'), `#!/bin/sh\n${script}\n`)
    await chmod(join(directory, 'gh'), 0o755)
    env['PATH'] = directory
  }

  const nothing = () => {}
  const limited = '{"message":"API rate limit exceeded for user ID 1."}'
  const elsewhere = {repository: 'octo/elsewhere'}
  const staging = {environment: 'staging', repository: 'octo/app'}
  const wrong: [string, `ROTATE_${string}`, (fixture: Fixture) => unknown, Record<string, string>?][] = [
    ['gh is missing', 'ROTATE_GH_MISSING', ({env}) => Object.assign(env, {PATH: '/nonexistent'})],
    ['gh is too old', 'ROTATE_GH_TOO_OLD', one => fakeGh(one, 'echo "gh version 2.22.1 (2023-01-01)"')],
    ['gh is another program', 'ROTATE_GITHUB_ANSWER', one => fakeGh(one, 'echo "gallium hydride 7"')],
    ['gh is not logged in', 'ROTATE_GH_LOGGED_OUT', ({env}) => Object.assign(env, {GH_TOKEN: undefined})],
    ['the login has ended', 'ROTATE_GH_LOGGED_OUT', ({github}) => Object.assign(github.rights, {loggedIn: false})],
    ['there is no such repository', 'ROTATE_GITHUB_NOT_FOUND', nothing, elsewhere],
    ['there is no such environment', 'ROTATE_GITHUB_NOT_FOUND', nothing, staging],
    ['there is no such organization', 'ROTATE_GITHUB_NOT_FOUND', nothing, {organization: 'elsewhere'}],
    ['the repository is archived', 'ROTATE_GITHUB_FORBIDDEN', nothing, {repository: 'octo/old'}],
    ['secrets are not allowed', 'ROTATE_GITHUB_FORBIDDEN', ({github}) => Object.assign(github.rights, {secrets: 'none'})],
    ['runs are not allowed', 'ROTATE_GITHUB_FORBIDDEN', ({github}) => Object.assign(github.rights, {actions: 'none'})],
    ['no calls are left', 'ROTATE_GITHUB_RATE_LIMIT', ({github}) => github.faults.armRaw(() => ({body: limited, status: 403}))],
    ['too much was asked', 'ROTATE_GITHUB_RATE_LIMIT', ({github}) => github.faults.arm({kind: '429', times: 99})],
    ['GitHub is down', 'ROTATE_GITHUB_DOWN', ({github}) => github.faults.arm({kind: '503', times: 99})],
    ['GitHub breaks off', 'ROTATE_GITHUB_UNREACHABLE', ({github}) => github.faults.arm({kind: 'reset-before', times: 99})],
    ['GitHub cannot be reached', 'ROTATE_GITHUB_UNREACHABLE', ({github}) => github.close()],
  ]
  for (const [what, code, prepare, changes = {repository: 'octo/app'}] of wrong) {
    it(`says when ${what}`, async function () {
      await prepare(fixture())
      const error = await errorOf(RotationError, inspect(addressOf(changes)))
      expect(error).to.include({code, exit: 'failed'})
      expect(error.next).not.to.have.lengthOf(0)
    })
  }

  it('names the right that is missing', async function () {
    fixture().github.rights.actions = 'none'
    expect(await errorOf(RotationError, inspect())).to.have.property('happened', 'The login of gh may not read the workflow runs of octo/app (403).')
  })

  it('ends at once when it is interrupted', async function () {
    const {access, github} = fixture()
    const controller = new AbortController()
    github.faults.armRaw(({path}) => {
      if (path !== '/repos/octo/app') return undefined
      controller.abort(new Error('interrupted'))
      return 'hang'
    })
    const error = await failureOf(githubSecret.inspect(inRepository, {...access, signal: controller.signal}))
    expect(error).to.have.property('message', 'interrupted')
  })
})
