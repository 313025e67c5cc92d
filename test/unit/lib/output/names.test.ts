import {expect} from 'chai'
import {homedir} from 'node:os'

import {addressSchema} from '../../../../src/lib/consumers/registry.js'
import {named, nameOf, namesOf} from '../../../../src/lib/output/names.js'

const infisical = {environment: 'prod', kind: 'infisical', path: '/', project: '244210e4-8437-4655-8980-a70249a99369', secret: 'HEROKU_API_KEY', site: 'http://127.0.0.1:41503'}

const namesIn = (...addresses: object[]) => namesOf(addresses.map(address => ({address: addressSchema.parse(address)})))

describe('the name of a consumer', function () {
  it('is short: people know which one it is', function () {
    const names = namesIn(
      {app: 'example-app', kind: 'heroku-config'},
      {kind: 'pipeline-config', pipeline: 'example', stage: 'review'},
      infisical,
      {kind: 'github-secret', repository: 'example/example-app'},
      {environment: 'production', kind: 'github-secret', repository: 'example/example-app'},
      {in: 'dependabot', kind: 'github-secret', organization: 'example'},
      {kind: 'file', path: `${homedir()}/.zshrc`},
      {kind: 'command', name: 'vault', write: ['vault']},
      {instructions: 'tell them', kind: 'manual', name: 'operators'},
    )
    expect([...names.values()]).to.deep.equal([
      'example-app', 'example review apps', 'Infisical prod', 'GitHub example/example-app', 'GitHub example/example-app production', 'GitHub example Dependabot', '~/.zshrc', 'vault', 'operators',
    ])
  })

  it('names what it holds too, where two are alike but for that', function () {
    const github = {kind: 'github-secret', repository: 'example/example-app'}
    const second = {...infisical, secret: 'SECOND_TOKEN'}
    const names = namesIn(infisical, second, {...infisical, project: 'p-2'}, github, {...github, secret: 'OTHER'}, {...github, in: 'dependabot'})
    expect([...names.values()]).to.deep.equal([
      'infisical:244210e4-8437-4655-8980-a70249a99369/prod:HEROKU_API_KEY@127.0.0.1:41503', 'Infisical prod SECOND_TOKEN', 'infisical:p-2/prod:HEROKU_API_KEY@127.0.0.1:41503',
      'GitHub example/example-app HEROKU_API_KEY', 'GitHub example/example-app OTHER', 'GitHub example/example-app Dependabot',
    ])
  })

  it('is short where several rotations have it', function () {
    const names = namesIn({app: 'example-app', keys: ['APP_KEY'], kind: 'heroku-config'}, {app: 'example-app', keys: ['OPS_KEY'], kind: 'heroku-config'})
    expect([...names]).to.deep.equal([['heroku-config:example-app', 'example-app']])
  })

  it('is its ID, with project and host, where two would be alike', function () {
    const names = namesIn(infisical, {...infisical, project: 'p-2', site: undefined})
    expect([...names.values()]).to.deep.equal(['infisical:244210e4-8437-4655-8980-a70249a99369/prod:HEROKU_API_KEY@127.0.0.1:41503', 'infisical:p-2/prod:HEROKU_API_KEY'])
  })

  it('shows what a terminal would obey as escapes', function () {
    expect([...namesIn({kind: 'file', path: '/tmp/a\u001B[2J'}).values()]).to.deep.equal([String.raw`/tmp/a\u001b[2J`])
  })

  it('of what is on no plan is its ID without the kind', function () {
    expect(['heroku-config:example-app', 'manual:ops', 'https://example.com'].map(id => nameOf(id))).to.deep.equal(['example-app', 'ops', 'https://example.com'])
  })

  it('takes the place of the ID in a text', function () {
    const names = namesIn(infisical, {app: 'example-app', kind: 'heroku-config'}, {app: 'example-app-staging', kind: 'heroku-config'})
    const text = 'infisical:244210e4-8437-4655-8980-a70249a99369/prod:HEROKU_API_KEY@127.0.0.1:41503, heroku-config:example-app-staging and heroku-config:other do.'
    expect(named(text, names)).to.equal('Infisical prod, example-app-staging and other do.')
  })
})
