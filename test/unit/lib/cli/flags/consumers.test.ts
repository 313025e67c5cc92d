import {expect} from 'chai'

import {consumersFrom, refuseTwice, withMeant} from '../../../../../src/lib/cli/flags/consumers.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {errorOf} from '../../../../support/failure.js'

function refusal(flags: Parameters<typeof consumersFrom>[0]): RotationError {
  try {
    refuseTwice(consumersFrom(flags))
  } catch (error) {
    if (error instanceof RotationError) return error
    throw error
  }

  throw new Error('it was accepted')
}

const at = (app: string, keys?: string[], wave = 1) => ({address: {app, ...(keys ? {keys} : {}), kind: 'heroku-config'}, role: 'consumer', wave})

describe('consumersFrom', function () {
  it('means every config var that holds the token where none is named', function () {
    expect(consumersFrom({app: ['example-app']})).to.deep.equal([at('example-app')])
  })

  it('takes the keys that are named, each once', function () {
    expect(consumersFrom({app: ['example-app:ONE,TWO,ONE']})).to.deep.equal([at('example-app', ['ONE', 'TWO'])])
  })

  it('takes every name that a config var can have', function () {
    for (const key of ['heroku.api.token', 'ONE-TWO', 'Section:Key', 'clé', '2nd', '__X']) {
      expect(consumersFrom({app: [`example-app:${key},TWO`]})).to.deep.equal([at('example-app', [key, 'TWO'])])
    }
  })

  it('puts canaries into wave 0, before everything else', function () {
    expect(consumersFrom({app: ['example-app', 'example-console'], canary: ['example-app-staging:KEY']}))
      .to.deep.equal([at('example-app-staging', ['KEY'], 0), at('example-app'), at('example-console')])
    expect(consumersFrom({canary: ['example-app']})).to.deep.equal([at('example-app', undefined, 0)])
  })

  it('refuses an app that is named twice, and shows how to name it once with all its keys', function () {
    const twice: [Parameters<typeof refusal>[0], string][] = [
      [{app: ['example-app:ONE', 'example-app:TWO,ONE']}, '--app example-app:ONE,TWO'],
      [{app: ['example-app:TWO'], canary: ['example-app:ONE']}, '--canary example-app:ONE,TWO'],
    ]
    for (const [flags, next] of twice) {
      const error = refusal(flags)
      expect(error).to.include({code: 'ROTATE_TWICE', exit: 'usage'})
      expect(error.next).to.deep.equal([next])
    }
  })

  it('refuses an app that the rotation file names already, and sends it there', async function () {
    const inFile = consumersFrom({app: ['example-app:ONE']})
    const error = await errorOf(RotationError, Promise.resolve().then(() => refuseTwice(consumersFrom({app: ['example-app:TWO']}), inFile)))
    expect(error).to.include({code: 'ROTATE_TWICE', exit: 'usage'})
    expect(error.next).to.deep.equal(['Name heroku-config:example-app once, with ONE,TWO, in the rotation file.'])
  })

  it('names nobody where nobody is named', function () {
    for (const flags of [{}, {app: [], canary: []}, {app: undefined, canary: undefined}]) expect(consumersFrom(flags)).to.deep.equal([])
  })

  const wrong: [text: string, code: string, words: RegExp][] = [
    ['', 'ROTATE_APP', /name an app before the colon/],
    [':KEY', 'ROTATE_APP', /name an app before the colon/],
    ['example app', 'ROTATE_APP', /example app is not an app name/],
    ['https://example-app.herokuapp.com/', 'ROTATE_APP', /https:\/\/example-app\.herokuapp\.com\/ is not an app name/],
    ['-example', 'ROTATE_APP', /is not an app name/],
    ['example_app', 'ROTATE_APP', /is not an app name/],
    ['../example', 'ROTATE_APP', /is not an app name/],
    ['example-app:', 'ROTATE_KEY', /name a config var after the colon/],
    ['example-app:ONE,', 'ROTATE_KEY', /name a config var after the colon/],
    ['example-app:ONE TWO', 'ROTATE_KEY', /ONE TWO is not a config var name: it has a space or an =/],
    ['example-app:ONE=two', 'ROTATE_KEY', /ONE=two is not a config var name: it has a space or an =/],
    ['example-app:ONE\tTWO', 'ROTATE_KEY', /it has a space or an =/],
  ]
  for (const [text, code, words] of wrong) {
    it(`refuses "${text}", and shows how it is written`, function () {
      for (const flag of ['app', 'canary']) {
        const error = refusal({[flag]: [text]})
        expect(error).to.include({code, exit: 'usage'})
        expect(error.happened).to.match(words).and.to.include(`--${flag} ${text}:`)
        expect(error.next.at(-1)).to.match(new RegExp(`--${flag} [\\w-]+:HEROKU_API_KEY$`))
      }
    })
  }
})

describe('a mistyped place', function () {
  const cases: [flags: Parameters<typeof consumersFrom>[0], next: string][] = [
    [{pipeline: ['nope/reviw:KEY']}, '--pipeline nope/review:KEY'],
    [{pipeline: ['nope']}, '--pipeline example-pipeline/review'],
    [{github: ['exampleapp']}, '--github example/exampleapp'],
    [{github: ['a b']}, '--github example/example-app:HEROKU_API_KEY'],
  ]
  for (const [flags, next] of cases) {
    it(`is corrected: ${next}`, function () {
      expect(refusal(flags).next).to.deep.equal([next])
    })
  }
})

describe('withMeant', function () {
  const addresses = (given: Parameters<typeof consumersFrom>[0], meant: Parameters<typeof withMeant>[1]) => withMeant(consumersFrom(given), meant).map(({address}) => address)

  it('makes a consumer of what nobody has named', function () {
    expect(addresses({}, {add: ['example-app:KEY']})).to.deep.equal([{add: ['KEY'], app: 'example-app', kind: 'heroku-config'}])
    expect(addresses({}, {add: ['example/test:A,B']})).to.deep.equal([{add: ['A', 'B'], kind: 'pipeline-config', pipeline: 'example', stage: 'test'}])
  })

  it('says it of a consumer that is named, whose keys and wave it keeps', function () {
    expect(addresses({canary: ['example-app:ONE']}, {add: ['example-app:TWO'], overwrite: ['example-app:THREE', 'example-app:ONE']}))
      .to.deep.equal([{add: ['TWO'], app: 'example-app', keys: ['ONE'], kind: 'heroku-config', overwrite: ['THREE', 'ONE']}])
    expect(withMeant(consumersFrom({canary: ['example-app']}), {add: ['example-app:TWO']})).to.have.nested.property('[0].wave', 0)
  })

  it('says it of the store', function () {
    const store = {environment: 'prod', kind: 'infisical', path: '/', project: 'example', secret: 'HEROKU_API_KEY'}
    for (const text of ['example/prod', 'example/prod:HEROKU_API_KEY']) {
      expect(addresses({infisical: 'example/prod'}, {add: [text]})).to.deep.equal([{...store, add: true}])
      expect(addresses({infisical: 'example/prod'}, {overwrite: [text]})).to.deep.equal([{...store, overwrite: true}])
    }
  })

  it('refuses an app without the config var', function () {
    expect(() => addresses({}, {add: ['example-app']})).to.throw(RotationError, /needs a config var/)
  })
})
