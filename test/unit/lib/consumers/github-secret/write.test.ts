import {expect} from 'chai'

import {githubSecret} from '../../../../../src/lib/consumers/github-secret.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {errorOf} from '../../../../support/failure.js'
import {skip} from '../../../../support/skip.js'
import {childrenNow} from './children.js'
import {addressOf, exampleValue, inRepository, valuesOf, withGh} from './fixture.js'

describe('writing a GitHub secret', function () {
  this.timeout(20_000)

  const fixture = withGh({
    repositories: [{environments: ['eu west', 'production'], name: 'octo/app', secrets: [{name: 'HEROKU_API_KEY', value: exampleValue('outgoing')}]}],
  })

  const incoming = exampleValue('incoming')
  const app = {of: 'octo/app'}

  const write = (value: null | string, at = inRepository) => githubSecret.write(at, valuesOf(value), fixture().access)
  const held = (place: Parameters<ReturnType<typeof fixture>['github']['secret']>[0] = app) => fixture().github.secret(place, 'HEROKU_API_KEY')

  it('stores the exact value and tells when', async function () {
    const evidence = await write(incoming)
    expect(held()).to.equal(incoming)
    expect(evidence).to.deep.equal({pending: false, release: null, stamp: '2026-01-15T12:00:00Z', wrote: true})
    expect(await githubSecret.stamp(inRepository, fixture().access)).to.equal(evidence.stamp)
  })

  it('takes any characters', async function () {
    const value = ' "$HOME" `id` \'%s\' \\n -- é\t{owner}\nsecond line '
    await write(value)
    expect(held()).to.equal(value)
  })

  const places: [string, Record<string, string>, Parameters<typeof held>[0]][] = [
    ['Dependabot', {in: 'dependabot', repository: 'octo/app'}, {in: 'dependabot', of: 'octo/app'}],
    ['Codespaces', {in: 'codespaces', repository: 'octo/app'}, {in: 'codespaces', of: 'octo/app'}],
    ['an environment', {environment: 'production', repository: 'octo/app'}, {environment: 'production', of: 'octo/app'}],
    ['an environment with a space in its name', {environment: 'eu west', repository: 'octo/app'}, {environment: 'eu west', of: 'octo/app'}],
  ]
  for (const [what, changes, place] of places) {
    it(`writes to ${what} and nowhere else`, async function () {
      const at = addressOf(changes)
      const {stamp} = await write(incoming, at)
      expect(held(place)).to.equal(incoming)
      expect(held()).to.equal(exampleValue('outgoing'))
      expect(await githubSecret.stamp(at, fixture().access)).to.equal(stamp)
    })
  }

  it('can be repeated, and tells each write from the one before', async function () {
    const first = await write(incoming)
    const second = await write(incoming)
    expect(held()).to.equal(incoming)
    expect(second.stamp).not.to.equal(first.stamp)
  })

  it('gives back that there was none', async function () {
    expect(await write(null)).to.deep.equal({pending: false, release: null, stamp: null, wrote: true})
    expect(held()).to.equal(null)
    expect(await write(null)).to.have.property('wrote', false)
  })

  for (const [what, empty] of [['empty', ''], ['of line ends only, which gh would drop', '\r\n\n']] as const) {
    it(`refuses a value that is ${what}, before gh runs`, async function () {
      expect(await errorOf(RotationError, write(empty))).to.have.property('code', 'ROTATE_EMPTY_VALUE')
      expect(fixture().github.log).to.have.lengthOf(0)
    })
  }

  it('fails where the login may only read', async function () {
    fixture().github.rights.secrets = 'read'
    expect(await errorOf(RotationError, write(incoming))).to.have.property('happened', 'The login of gh may not write the Actions secrets of octo/app (403).')
  })

  for (const [kind, code] of [['500-after', 'ROTATE_GITHUB_DOWN'], ['reset-after', 'ROTATE_GITHUB_UNREACHABLE']] as const) {
    it(`can be repeated when the answer was lost: ${kind}`, async function () {
      fixture().github.faults.arm({kind, match: {method: 'PUT'}})
      expect(await errorOf(RotationError, write(incoming))).to.have.property('code', code)
      await write(incoming)
      expect(held()).to.equal(incoming)
    })
  }

  it('fails when GitHub does not show that it was updated', async function () {
    const stale = {created_at: '2025-10-17T12:00:00Z', name: 'HEROKU_API_KEY', updated_at: '2025-10-17T12:00:00Z'}
    fixture().github.faults.armRaw(({method, path}) => (method === 'GET' && path.endsWith('HEROKU_API_KEY') ? {body: JSON.stringify(stale), status: 200} : undefined))
    expect(await errorOf(RotationError, write(incoming))).to.include({code: 'ROTATE_GITHUB_NOT_SHOWN', exit: 'incomplete'})
  })

  it('passes the value on no command line and in no environment', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux shows the processes')
    const {env, github} = fixture()
    env['HEROKU_API_KEY'] = incoming
    env['GH_DEBUG'] = 'api'
    const samples: string[] = []
    // gh is alive as long as it waits for an answer.
    github.faults.armRaw(({method}) => {
      samples.push(...childrenNow().map(child => `${method} ${child}`))
      return undefined
    })
    await githubSecret.inspect(inRepository, fixture().access)
    await write(incoming)
    expect(held()).to.equal(incoming)
    expect(samples.filter(sample => /^PUT (?:\S*\/)?gh\0secret\0set\0HEROKU_API_KEY\0--repo\0octo\/app\0/.test(sample))).to.have.lengthOf(1)
    expect(samples.filter(sample => sample.includes('GH_TOKEN=')).length).to.be.greaterThan(6)
    expect(samples.filter(sample => sample.includes(incoming) || sample.includes('GH_DEBUG'))).to.deep.equal([])
  })
})
