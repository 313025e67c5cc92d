import formats from 'ajv-formats'
import {Ajv2020} from 'ajv/dist/2020.js'
import {expect} from 'chai'
import {readFileSync} from 'node:fs'
import {parse as parseYaml} from 'yaml'

import {jsonSchema} from '../../../../scripts/rotation-file-schema.js'
import {RotationError} from '../../../../src/lib/errors.js'
import {consumersOf, fileOf, parse, validFile} from './valid-file.js'

const committed: object = JSON.parse(readFileSync(new URL('../../../../rotation-file.schema.json', import.meta.url), 'utf8'))

describe('rotation-file.schema.json', function () {
  const ajv = new Ajv2020({strict: true, strictTypes: false})
  formats.default(ajv)
  const accepts = ajv.compile(committed)

  it('is what the code says', function () {
    expect(JSON.stringify(committed)).to.equal(JSON.stringify(jsonSchema()))
  })

  it('is a schema of the draft that it names', function () {
    expect(ajv.validateSchema(committed), ajv.errorsText()).to.equal(true)
  })

  it('accepts a file with every kind', function () {
    expect(accepts(parseYaml(validFile)), ajv.errorsText(accepts.errors)).to.equal(true)
  })

  const refused: [string, string][] = [
    ['another version', validFile.replace('version: 1', 'version: 2')],
    ['no version', validFile.replace('version: 1\n', '')],
    ['no credential', 'version: 1\nrotations: {}\n'],
    ['an unknown key at the top', `${validFile}more: 1\n`],
    ['an unknown key of a credential', fileOf('evry: 90d')],
    ['an unknown key of a consumer', consumersOf('{kind: heroku-config, app: example-app, keyes: [A]}')],
    ['an unknown kind', consumersOf('{kind: heroku-confg, app: example-app}')],
    ['no kind', consumersOf('{app: example-app}')],
    ['no app', consumersOf('{kind: heroku-config}')],
    ['a wave that is none', consumersOf('{kind: heroku-config, app: example-app, wave: -1}')],
    ['a wave of the store', fileOf('store: {kind: infisical, project: p, environment: prod, wave: 1}')],
    ['a cadence that is none', fileOf('every: often')],
    ['no consumers in the list', fileOf('consumers: []')],
    ['an unknown kind of probe', fileOf('probes: [{kind: https, url: https://example.com/}]')],
    ['an unknown kind of sink', fileOf('audit: [{kind: fax}]')],
  ]
  for (const [what, text] of refused) {
    it(`refuses ${what}, as the plugin does`, function () {
      expect(accepts(parseYaml(text))).to.equal(false)
      expect(() => parse(text)).to.throw(RotationError)
    })
  }
})
