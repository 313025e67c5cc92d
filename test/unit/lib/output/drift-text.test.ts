import {expect} from 'chai'

import type {Authorization} from '../../../../src/lib/heroku/schemas.js'
import type {Drift, KeyOwner} from '../../../../src/lib/inventory/drift.js'

import {driftText} from '../../../../src/lib/output/drift-text.js'
import {stylesFor} from '../../../../src/lib/output/styles.js'

const styles = stylesFor('stdout', {NO_COLOR: '1'})
const createdAt = '2026-01-01T00:00:00Z'
const made = (description: string, id: string): Authorization =>
  ({client: null, createdAt, description, expiresIn: null, id, scope: ['global'], token: null, updatedAt: createdAt, userId: null})
const right = made('example-token-2026-01-01', '0a0a0a0a-0000-4000-8000-000000000001')
const older = made('example-token', '0a0a0a0a-0000-4000-8000-000000000002')

const holding = (app: string, owner: KeyOwner, why: null | string = null) => ({
  app, id: `heroku-config:${app}`, keys: [{isWhole: true, key: 'HEROKU_API_KEY', owner}], kind: 'heroku-config', why,
})
const drift = (changes: Partial<Drift> = {}): Drift => ({
  consumers: [holding('example-app', {authorization: right, is: 'right'}), holding('example-worker', {authorization: older, is: 'older'})],
  isDrift: true, issues: [right, older], name: 'example-token', scanned: null, strays: [], ...changes,
})
const store = 'infisical:244210e4-8437-4655-8980-a70249a99369/prod:HEROKU_API_KEY'
const names = new Map([[store, 'Infisical prod']])
const text = (found: Drift, columns: number) => driftText(found, 12, {columns, names, styles})

describe('driftText', function () {
  it('says which token is right, and why, and what each key holds', function () {
    expect(text(drift(), 120)).to.equal(`\
The right token for example-token is that of example-token-2026-01-01 (0a0a0a0a-0000-4000-8000-000000000001): it is the
newest of 2 that work.
Works too: example-token (0a0a0a0a-0000-4000-8000-000000000002)

 Name            Config var      Now
 ───────────────────────────────────────────────────────────
 example-app     HEROKU_API_KEY  right
 example-worker  HEROKU_API_KEY  older, works: example-token

Some do not have the right token.
`)
  })

  it('calls places as the plan does', function () {
    const consumers = [{...holding('', {authorization: right, is: 'right'}), app: null, id: store, kind: 'infisical'}]
    expect(text(drift({consumers}), 120)).to.match(/^ Infisical prod {2}HEROKU_API_KEY {2}right$/m)
    expect(text(drift({consumers}), 30)).to.match(/^ {2}Infisical prod\n {4}HEROKU_API_KEY: right$/m)
  })

  it('is no wider than the terminal, and says the same line by line', function () {
    for (const columns of [50, 60, 100]) expect(Math.max(...text(drift(), columns).split('\n').map(line => line.length)), `${columns}`).to.be.at.most(columns)
    expect(text(drift(), 50)).to.include('  example-app\n    HEROKU_API_KEY: right\n  example-worker\n    HEROKU_API_KEY: older, works: example-token\n')
  })

  it('folds nothing in a pipe', function () {
    const [first = '', ...rest] = text(drift({consumers: [holding('x'.repeat(150), {is: 'nothing'})]}), Number.POSITIVE_INFINITY).split('\n')
    expect(first).to.match(/that work\.$/)
    expect(rest.join('\n')).to.match(/^ x{150} {2}HEROKU_API_KEY {2}nothing$/m)
  })

  it('has a word for everything that can be held', function () {
    const all: [KeyOwner, string, string?][] = [
      [{authorization: made('other-token', 'id'), is: 'another'}, 'another token: other-token'],
      [{is: 'dead', issue: null}, 'a dead token (401)'],
      [{is: 'dead', issue: 'some-id'}, 'a dead token (401): some-id'],
      [{email: null, is: 'foreign'}, 'a token that works but belongs to no authorization of yours'],
      [{email: 'somebody@example.com', is: 'foreign'}, 'a token of somebody@example.com'],
      [{among: [right, older], fingerprint: '0123456789ab', is: 'unclear'}, '0123456789ab, the token of one of these: example-token-2026-01-01, example-token'],
      [{is: 'other'}, 'something that is not a token'],
      [{is: 'unreadable'}, 'cannot be read'],
      [{is: 'unreadable'}, 'cannot be read: no such app', 'no such app'],
    ]
    for (const [owner, words, why] of all) expect(text(drift({consumers: [holding('example-app', owner, why)]}), 120)).to.include(`  ${words}\n`)
  })

  it('does not take what cannot be read for right', function () {
    const consumers = [holding('example-app', {authorization: right, is: 'right'}), holding('masked-app', {is: 'unreadable'})]
    expect(text(drift({consumers, isDrift: false}), 120)).to.include('Everything that could be read has the right token; 1 place could not be read.')
    expect(text(drift({consumers: consumers.slice(0, 1), isDrift: false, issues: [right]}), 120)).to.match(/it is the\s+only\s+one that works\.\n[^]*Everything has the right token\.\n/)
  })

  it('names what was scanned, what could not be, and dead tokens of nobody known', function () {
    const scanned = {apps: 7, pipelines: 1, unread: [{keys: [], name: 'closed-app', why: 'you may not read it'}, {keys: ['KEY'], name: 'masked-app', why: 'write-only'}]}
    const shown = text(drift({consumers: [], isDrift: false, scanned, strays: ['heroku-config:example-worker:OLD']}), 120)
    expect(shown).to.include('Nothing that was checked uses it.')
    expect(shown.slice(shown.indexOf('Everything that could be read')).split('\n')).to.deep.equal([
      'Everything that could be read has the right token.',
      'Dead tokens of unknown origin: example-worker:OLD',
      'Read 6 of 7 apps and 1 pipeline with 12 calls.',
      'Not complete: 2 places could not be checked and may use it too:',
      '  closed-app  you may not read it',
      '  masked-app:KEY  write-only',
      '',
    ])
  })
})
