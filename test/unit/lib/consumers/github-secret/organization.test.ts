import {expect} from 'chai'

import type {Visibility} from '../../../../sandbox/github/options.js'

import {githubSecret} from '../../../../../src/lib/consumers/github-secret.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {errorOf} from '../../../../support/failure.js'
import {addressOf, exampleValue, valuesOf, withGh} from './fixture.js'

describe('a GitHub secret of an organization', function () {
  this.timeout(20_000)

  const names = Array.from({length: 130}, (_, index) => `service-${index}`)
  const secret = (name: string, visibility: Visibility, repositories: string[] = []) =>
    ({name, repositories, value: exampleValue('outgoing'), visibility})
  const fixture = withGh({
    organizations: [{
      name: 'octo',
      secrets: [
        secret('FOR_ALL', 'all'),
        secret('FOR_PRIVATE', 'private'),
        secret('FOR_TWO', 'selected', ['service-3', 'service-7']),
        secret('FOR_MANY', 'selected', names),
        secret('FOR_NONE', 'selected'),
        {...secret('FOR_UPDATES', 'selected', ['service-5']), in: 'dependabot'},
      ],
    }],
    repositories: names.map(name => ({name: `octo/${name}`})),
  })

  const incoming = exampleValue('incoming')
  const write = (name: string, value: null | string, place: Record<string, string> = {}) =>
    githubSecret.write(addressOf({organization: 'octo', secret: name, ...place}), valuesOf(value, name), fixture().access)

  for (const name of ['FOR_ALL', 'FOR_PRIVATE', 'FOR_TWO', 'FOR_MANY']) {
    it(`stays visible to those it was visible to: ${name}`, async function () {
      const {github} = fixture()
      const {repositories, visibility} = github.visibility({of: 'octo'}, name) ?? {}
      await write(name, incoming)
      expect(github.secret({of: 'octo'}, name)).to.equal(incoming)
      expect(github.visibility({of: 'octo'}, name)).to.deep.include({repositories, visibility})
    })
  }

  it('stays visible to the same where it is for Dependabot', async function () {
    const {github} = fixture()
    const place = {in: 'dependabot', of: 'octo'} as const
    const {repositories, visibility} = github.visibility(place, 'FOR_UPDATES') ?? {}
    await write('FOR_UPDATES', incoming, {in: 'dependabot'})
    expect(github.secret(place, 'FOR_UPDATES')).to.equal(incoming)
    expect(github.visibility(place, 'FOR_UPDATES')).to.deep.include({repositories, visibility})
  })

  it('is made for the private repositories where there was none, and deleted when that is given back', async function () {
    const {access, github} = fixture()
    const {remarks} = await githubSecret.inspect(addressOf({organization: 'octo', secret: 'FRESH'}), access)
    expect(remarks[0]).to.equal('FRESH does not exist yet and will be made, for the private repositories')
    await write('FRESH', incoming)
    expect(github.visibility({of: 'octo'}, 'FRESH')).to.include({visibility: 'private'})
    await write('FRESH', null)
    expect(github.secret({of: 'octo'}, 'FRESH')).to.equal(null)
  })

  it('is refused from the start where gh could not keep it as it is', async function () {
    const at = addressOf({organization: 'octo', secret: 'FOR_NONE'})
    expect(await errorOf(RotationError, githubSecret.inspect(at, fixture().access))).to.have.property('code', 'ROTATE_GITHUB_NONE_SELECTED')
  })

  it('says on the plan that it cannot know which runs use it, and waits for none', async function () {
    const at = addressOf({organization: 'octo', secret: 'FOR_TWO'})
    const {access} = fixture()
    expect(await githubSecret.inspect(at, access)).to.deep.equal({
      dynos: null,
      remarks: [],
      values: new Map(),
      warnings: ['nobody can see which workflow runs use it, so nothing waits for them'],
    })
    expect(await githubSecret.stillRunning(at, {at: 0, release: null}, access)).to.deep.equal({grace: 0, running: []})
  })
})
