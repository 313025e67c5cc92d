import {expect} from 'chai'

import {jsonSchema} from '../../../../scripts/rotation-file-schema.js'
import {additionAt} from '../../../../src/lib/cli/flags/additions.js'
import {RotationError} from '../../../../src/lib/errors.js'
import {addConsumers, type Addition} from '../../../../src/lib/rotation-file/add-consumers.js'
import {parseRotationFile} from '../../../../src/lib/rotation-file/rotation-file.js'

const where = {absolute: '/work/rotation.yml', home: '/home/operator', path: 'rotation.yml'}
const holder = (app: string, ...keys: string[]): Addition => additionAt({app, keys, name: app})
const add = (text: null | string, ...holders: Addition[]) => addConsumers(text, 'example-token', holders, where)

/** `APP:KEY,…` of each consumer, in the order of the file. */
function consumersIn(text: string, name = 'example-token'): string[] {
  const rotation = parseRotationFile(text, where.path, where.absolute, where.home).find(one => one.name === name)
  return (rotation?.consumers ?? []).map(({address}) => (address.kind === 'heroku-config' ? `${address.app}:${address.keys?.join(',') ?? 'all'}` : address.kind))
}

const file = `# who rotates: operations
version: 1
rotations:
  # used by deploys
  example-token:
    every: 90d # agreed in March
    consumers:
      - {kind: heroku-config, app: example-app-staging, wave: 0} # canary
      - kind: heroku-config
        app: example-app
        # both are read at the start
        keys:
          - HEROKU_API_KEY
      - {kind: github-secret, repository: example/example-app}
  other-token:
    consumers:
      - {kind: heroku-config, app: example-worker}
`

describe('addConsumers', function () {
  it('makes a file that is valid where there is none', function () {
    for (const empty of [null, '', '\n']) {
      const {text} = add(empty, holder('example-app', 'HEROKU_API_KEY'), holder('example-console', 'DEPLOY_TOKEN', 'HEROKU_API_KEY'))
      expect(consumersIn(text)).to.deep.equal(['example-app:all', 'example-console:all'])
      expect(text).to.match(/^version: 1\n/)
    }

    expect(jsonSchema()).to.have.property('required').that.includes('version')
  })

  it('adds what is missing and leaves every other line as it is', function () {
    const {added, text} = add(
      file, holder('example-app', 'HEROKU_API_KEY', 'OTHER_KEY'), holder('example-app-staging', 'DEPLOY_TOKEN'), holder('example-console', 'HEROKU_API_KEY'),
    )
    expect(added).to.deep.equal(['example-app:OTHER_KEY', 'example-console:HEROKU_API_KEY'])
    expect(text).to.equal(file
      .replace('          - HEROKU_API_KEY\n', '          - HEROKU_API_KEY\n          - OTHER_KEY\n')
      .replace('repository: example/example-app}\n', 'repository: example/example-app}\n      - {kind: heroku-config, app: example-console}\n'))
  })

  it('writes every name that a config var can have, and reads it back', function () {
    const keys = ['heroku.api.token', 'ONE-TWO', 'Section:Key', 'a b', '#x', '{', '1', 'true', '- x', "it's"]
    const {text} = add(file, holder('example-app', ...keys))
    expect(consumersIn(text)[1]).to.equal(`example-app:HEROKU_API_KEY,${keys.join(',')}`)
    expect(add(text, holder('example-app', ...keys))).to.deep.equal({added: [], text})
  })

  it('returns the very text where all is named already', function () {
    const odd = file.replace('    every: 90d ', '    every:   "90d"   ')
    expect(add(odd, holder('example-app', 'HEROKU_API_KEY'))).to.deep.equal({added: [], text: odd})
  })

  const ends: [string, (text: string) => string][] = [
    ['CRLF', text => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', text => `\uFEFF${text}`],
    ['CRLF and a byte order mark', text => `\uFEFF${text.replaceAll('\n', '\r\n')}`],
    ['CRLF in some lines', text => text.replace('example-token:\n', 'example-token:\r\n').replace('# canary\n', '# canary\r\n')],
  ]
  for (const [what, as] of ends) {
    it(`keeps ${what}, and adds lines that end as the one before them`, function () {
      const holders: Addition[] = [holder('example-app', 'OTHER_KEY'), holder('example-console', 'HEROKU_API_KEY')]
      const {added, text} = add(as(file), ...holders)
      expect(added).to.have.length(2)
      expect(text).to.equal(as(add(file, ...holders).text))
      expect(add(as(file), holder('example-app', 'HEROKU_API_KEY'))).to.deep.equal({added: [], text: as(file)})
      expect(add(text, ...holders)).to.deep.equal({added: [], text})
    })
  }

  it('leaves a comment behind a key where it is', function () {
    const commented = file.replace('  other-token:\n', '  other-token: # of the workers\n').replace('    consumers:\n', '    consumers:   # all of them\n')
    for (const as of [(text: string) => text, (text: string) => text.replaceAll('\n', '\r\n')]) {
      const {text} = add(as(commented), holder('example-console', 'HEROKU_API_KEY'))
      expect(text).to.equal(as(commented.replace('repository: example/example-app}\n', 'repository: example/example-app}\n      - {kind: heroku-config, app: example-console}\n')))
    }
  })

  it('adds nothing twice', function () {
    const holders = [holder('example-app', 'A', 'B'), holder('example-new', 'C')]
    const once = add(file, ...holders).text
    expect(add(once, ...holders)).to.deep.equal({added: [], text: once})
  })

  it('adds a rotation that the file does not name yet', function () {
    const {text} = addConsumers(file, 'new-token', [holder('example-app', 'HEROKU_API_KEY')], where)
    expect(consumersIn(text, 'new-token')).to.deep.equal(['example-app:all'])
    expect(text.startsWith(file)).to.equal(true)
  })

  it('adds consumers to a rotation that has none', function () {
    for (const bare of ['version: 1\nrotations:\n  example-token:\n    every: 90d\n']) {
      expect(consumersIn(add(bare, holder('example-app', 'HEROKU_API_KEY')).text)).to.deep.equal(['example-app:all'])
    }
  })

  it('refuses a file that is wrong, or whose consumers are an alias', function () {
    const one = holder('example-app', 'HEROKU_API_KEY')
    const aliased = 'version: 1\nrotations:\n  other:\n    consumers: &all\n      - {kind: heroku-config, app: example-worker}\n  example-token:\n    consumers: *all\n'
    for (const wrong of ['version: 2\n', 'not a file', aliased]) {
      expect(() => add(wrong, one)).to.throw(RotationError).with.property('exit', 'usage')
    }
  })
})
