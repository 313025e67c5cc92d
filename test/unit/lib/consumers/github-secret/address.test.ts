import {expect} from 'chai'

import {githubSecret} from '../../../../../src/lib/consumers/github-secret.js'
import {addressOf} from './fixture.js'

describe('the address of a GitHub secret', function () {
  const problemsOf = (changes: Record<string, string>) =>
    githubSecret.address.safeParse({kind: 'github-secret', ...changes}).error?.issues.map(({message}) => message).join('; ')

  it('needs only a repository', function () {
    expect(addressOf({repository: 'octo/app'})).to.include({in: 'actions', secret: 'HEROKU_API_KEY'})
  })

  const refused: [string, Record<string, string>, RegExp][] = [
    ['neither repository nor organization', {}, /needs a repository or an organization/],
    ['both of them', {organization: 'octo', repository: 'octo/app'}, /and not both/],
    ['a repository without an owner', {repository: 'app'}, /not of the form owner\/repository/],
    ['a repository that leads elsewhere', {repository: 'octo/..'}, /not of the form owner\/repository/],
    ['a repository that looks like a flag', {repository: '-R/app'}, /not of the form owner\/repository/],
    ['an environment of an organization', {environment: 'production', organization: 'octo'}, /only the Actions secrets of a repository/],
    ['an environment for Dependabot', {environment: 'production', in: 'dependabot', repository: 'octo/app'}, /only the Actions secrets of a repository/],
    ['an environment that gh cannot reach', {environment: 'pr/1', repository: 'octo/app'}, /not the name of an environment that gh can reach/],
    ['a name that GitHub keeps for itself', {repository: 'octo/app', secret: 'GITHUB_KEY'}, /not the name of a secret/],
    ['an application that has no secrets', {in: 'pages', repository: 'octo/app'}, /actions/],
    ['anything it does not know', {repository: 'octo/app', token: 'x'}, /token/],
  ]
  for (const [what, changes, problem] of refused) {
    it(`refuses ${what}`, function () {
      expect(problemsOf(changes)).to.match(problem)
    })
  }

  it('has an id of its own for each place', function () {
    const ids = [
      {repository: 'octo/app'},
      {in: 'dependabot', repository: 'octo/app'},
      {in: 'codespaces', repository: 'octo/app'},
      {environment: 'production', repository: 'octo/app'},
      {organization: 'octo'},
      {in: 'dependabot', organization: 'octo'},
      {repository: 'octo/app', secret: 'OTHER'},
    ].map(changes => githubSecret.id(addressOf(changes)))
    expect(new Set(ids)).to.have.property('size', ids.length)
    expect(ids[0]).to.equal('github-secret:octo/app:HEROKU_API_KEY')
  })
})
