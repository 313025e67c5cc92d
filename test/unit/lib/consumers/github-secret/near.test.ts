import {expect} from 'chai'

import {githubSecret} from '../../../../../src/lib/consumers/github-secret.js'
import {consumer} from '../../../../../src/lib/consumers/registry.js'
import {readStores} from '../../../../../src/lib/inventory/stores.js'
import {Secret} from '../../../../../src/lib/secrecy/secret.js'
import {accessWith} from '../../../../support/access.js'
import {sampleToken} from '../../../../support/sample-token.js'
import {addressOf, inRepository} from './fixture.js'

const SECRET = 'secrets/HEROKU_API_KEY'

describe('secrets of the same name elsewhere in a repository', function () {
  /** A gh by whose answers only these paths exist; a number is the status that one is refused with. */
  const gh = (answers: Record<string, number | object>) => {
    const asked: string[] = []
    const access = accessWith({
      async run(command) {
        const path = command.find(word => word.startsWith('repos/')) ?? ''
        asked.push(path.replace('repos/octo/app/', ''))
        const answer = answers[path.replace('repos/octo/app/', '').replace(/\?.*/, '')] ?? 404
        return typeof answer === 'number' ? {exitCode: 1, stderr: `gh: no (HTTP ${answer})`, stdout: ''} : {exitCode: 0, stderr: '', stdout: JSON.stringify(answer)}
      },
    })
    return {access, asked}
  }

  const there = {updated_at: '2026-01-15T12:00:00Z'}
  const unreadBy = async (access: ReturnType<typeof gh>['access'], ...places: (typeof inRepository)[]) =>
    (await readStores(places.map(at => ({access, consumer: consumer(at)})))).unread.map(({include, name, why}) => [name, why, include])

  it('are told, with what names them in a rotation file', async function () {
    const {access} = gh({
      'codespaces/secrets/HEROKU_API_KEY': there,
      [`dependabot/${SECRET}`]: there,
      environments: {environments: [{name: 'production'}, {name: 'pr/1'}], total_count: 2},
      [`environments/pr%2F1/${SECRET}`]: there,
    })
    expect(await unreadBy(access, inRepository)).to.deep.equal([
      ['github-secret:octo/app/dependabot:HEROKU_API_KEY', 'GitHub shows no secret', 'kind: github-secret, repository: octo/app, in: dependabot'],
      ['github-secret:octo/app/codespaces:HEROKU_API_KEY', 'GitHub shows no secret', 'kind: github-secret, repository: octo/app, in: codespaces'],
      ['github-secret:octo/app/environments/pr/1:HEROKU_API_KEY', 'GitHub shows no secret', 'kind: github-secret, repository: octo/app, environment: "pr/1"'],
    ])
  })

  it('are asked for once, and are not told where they are named too', async function () {
    const {access, asked} = gh({[`actions/${SECRET}`]: there, [`dependabot/${SECRET}`]: there})
    expect(await unreadBy(access, inRepository, addressOf({in: 'dependabot', repository: 'octo/app'}))).to.deep.equal([])
    expect(asked).to.have.lengthOf(3)
    expect(await unreadBy(access, addressOf({in: 'dependabot', repository: 'octo/app'}))).to.have.nested.property('[0][0]', 'github-secret:octo/app:HEROKU_API_KEY')
  })

  it('are none where the login may not see them', async function () {
    const {access} = gh({'codespaces/secrets/HEROKU_API_KEY': 403, [`dependabot/${SECRET}`]: 403, environments: 403})
    expect(await unreadBy(access, inRepository)).to.deep.equal([])
  })

  it('are not looked for in more environments than a person makes, which is told', async function () {
    const {access, asked} = gh({environments: {environments: [{name: 'pr-1'}], total_count: 37}})
    expect(await unreadBy(access, inRepository)).to.deep.equal([['github-secret:octo/app/environments', '37 environments, which are too many to look for HEROKU_API_KEY in each', '']])
    expect(asked).to.have.lengthOf(3)
  })

  it('are told not to be checked where GitHub fails', async function () {
    const {access} = gh({[`dependabot/${SECRET}`]: 502})
    expect(await unreadBy(access, inRepository)).to.deep.equal([['HEROKU_API_KEY elsewhere in octo/app', 'GitHub could not answer (502)', '']])
  })

  it('are not looked for again before the revoke, nor for an organization', async function () {
    const {access, asked} = gh({})
    const token = new Secret(sampleToken('near'))
    expect(await unreadBy({...access, tokens: {incoming: token, outgoing: token}}, inRepository)).to.deep.equal([])
    expect(asked).to.deep.equal([])
    expect(githubSecret.near(addressOf({organization: 'octo'}))).to.equal(null)
  })
})
