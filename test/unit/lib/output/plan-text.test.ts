import {expect} from 'chai'
import {stripVTControlCharacters} from 'node:util'

import type {Plan} from '../../../../src/lib/rotation/planning/plan.js'

import {plansText, planText} from '../../../../src/lib/output/plan-text.js'
import {stylesFor} from '../../../../src/lib/output/styles.js'
import {consumerOf, outgoingId, planOf} from '../../../support/plan.js'

const styles = stylesFor('stdout', {NO_COLOR: '1'})
const WIDE = 120
const NARROW = 60

const consumers = [
  consumerOf('example-app', {dynos: 3, holds: {HEROKU_API_KEY: 'outgoing', PLATFORM_TOKEN: 'other'}, keys: ['HEROKU_API_KEY', 'PLATFORM_TOKEN'], wave: 1}),
  consumerOf('example-app-staging', {holds: {HEROKU_API_KEY: 'nothing'}, wave: 0}),
]

const secret = consumerOf('example-place', {dynos: null, holds: {HEROKU_API_KEY: 'unknown'}, id: 'github-secret:octo/app:HEROKU_API_KEY', kind: 'github-secret'})

const text = (changes: Partial<Plan> = {}, columns = WIDE) => planText(planOf(changes), columns, styles)
const widest = (shown: string) => Math.max(...shown.split('\n').map(line => line.length))
const rowOf = (shown: string, word: string) => shown.split('\n').find(line => line.includes(word)) ?? ''

describe('planText', function () {
  it('says what is replaced by what, and for whom', function () {
    const shown = text({outgoing: {...planOf().outgoing, scope: ['read-protected', 'write-protected']}})
    expect(shown).to.include('Rotation of example-token for operator@example.com')
    expect(shown).to.include(`old       example-token-2025-10-17 (${outgoingId})`)
    expect(shown).to.include('scope read-protected, write-protected, never expires')
    expect(shown).to.include('new       example-token-2026-01-15')
  })

  it('says how long the tokens live', function () {
    const incoming = (expiresIn: number) => text({incoming: {...planOf().incoming, expiresIn}})
    expect(incoming(7776)).to.include('scope global, expires in 7776 seconds')
    expect(incoming(10_367_855)).to.include('scope global, expires in 120 days')
  })

  it('shows every consumer and key in a table, the canary first', function () {
    const shown = text({consumers})
    expect(rowOf(shown, 'example-app ')).to.match(/│ 1 +│ example-app +│ HEROKU_API_KEY +│ old token +│ 3 +│ yes +│/)
    expect(rowOf(shown, 'PLATFORM_TOKEN')).to.include('another value')
    expect(rowOf(shown, 'staging')).to.match(/│ 0 +│.*│ not set +│ 1 +│ yes +│/)
    expect(shown.indexOf('example-app-staging')).to.be.below(shown.indexOf('PLATFORM_TOKEN'))
  })

  it('shows them as a list where the table does not fit', function () {
    const shown = text({consumers}, NARROW)
    expect(shown).not.to.include('│')
    expect(shown).to.include('  example-app-staging\n    wave 0, 1 dyno restarts\n    HEROKU_API_KEY: not set\n    rollback: yes\n')
    expect(shown).to.include('    wave 1, 3 dynos restart\n    HEROKU_API_KEY: old token\n    PLATFORM_TOKEN: another value\n')
  })

  it('cuts no name in two, however narrow the terminal', function () {
    for (const columns of [20, NARROW, 80, WIDE]) {
      const shown = text({consumers}, columns)
      for (const name of ['example-app-staging', 'PLATFORM_TOKEN', outgoingId]) expect(shown, `${columns}`).to.include(name)
    }
  })

  it('draws a table only where the terminal is wide enough for it', function () {
    for (let columns = 40; columns <= WIDE; columns += 4) {
      const shown = text({consumers}, columns)
      if (shown.includes('│')) expect(widest(shown.split('\n\n')[2] ?? '')).to.be.at.most(columns)
    }

    expect(text({consumers}, WIDE)).to.include('│')
  })

  it('writes no line that is wider than the terminal', function () {
    const warnings = ['example-token-2025-07-19 (0a0a0a0a-0000-4000-8000-00000000000b) works too and stays as it is.']
    for (const columns of [80, WIDE]) expect(widest(text({consumers, sessionIsOutgoing: true, warnings}, columns)), `${columns}`).to.be.at.most(columns)
  })

  it('says what cannot be given back', function () {
    expect(text({consumers: [consumerOf('example-app', {notRestorable: 'write-only'})]})).to.match(/│ write-only +│/)
    expect(text({consumers: [consumerOf('example-app', {notRestorable: 'write-only'})]}, NARROW)).to.include('rollback: write-only')
  })

  it('warns, each thing in a paragraph of its own', function () {
    const shown = text({warnings: ['one', 'two']})
    expect(shown).to.include('\n\nwarning: one\n\nwarning: two\n\n')
  })

  it('says that the session ends with the outgoing token', function () {
    expect(text()).not.to.include('You are logged in with the token being rotated')
    expect(text({sessionIsOutgoing: true})).to.include('You are logged in with the token being rotated')
  })

  const sums: [string, Partial<Plan>][] = [
    ['1 app and 1 dyno restart.', {}],
    ['2 apps and 4 dynos restart.', {consumers}],
  ]
  for (const [sum, changes] of sums) {
    it(`says: ${sum}`, function () {
      expect(text(changes)).to.include(sum)
    })
  }

  it('says nothing of restarts where nothing restarts, nor of dynos where there are none', function () {
    expect(text({consumers: [consumerOf('example-app', {dynos: 0})]})).to.not.include('restart')
    for (const columns of [NARROW, WIDE]) expect(text({consumers: [secret]}, columns).replaceAll(/dynos +│ rollback/g, '')).to.not.include('dyno').and.not.include('restart')
  })

  it('lists the store before the canary, as it is written', function () {
    const store = consumerOf('example-store', {dynos: null, id: 'infisical:example/prod:HEROKU_API_KEY', kind: 'infisical', role: 'store', wave: 0})
    for (const columns of [NARROW, WIDE]) {
      const shown = text({consumers: [...consumers, {...store, wave: 1}]}, columns)
      expect(shown.indexOf('infisical:')).to.be.within(0, shown.indexOf('example-app-staging'))
    }
  })

  it('says of what cannot be read that it cannot', function () {
    expect(text({consumers: [secret]})).to.match(/│ cannot be read +│ – +│ yes +│/)
    expect(text({consumers: [secret]}, NARROW)).to.include('\n    wave 1\n    HEROKU_API_KEY: cannot be read\n    rollback: yes\n')
  })

  it('names what a rollback leaves to a person', function () {
    const manual = {...secret, id: 'manual:operators', keys: ['operators'], notRestorable: 'by hand'}
    expect(text({consumers: [secret, manual]}).replaceAll(/\s+/g, ' ')).to.include('you can roll everything back, manual:operators only by hand.')
  })

  it('lists the probes in the order in which they are asked, each with the wave that it gates', function () {
    const url = 'https://example-app.example.com/health'
    const probes: Plan['probes'] = [
      {address: {kind: 'command', name: 'smoke', run: ['/bin/smoke']}, id: 'command:smoke', wave: null},
      {address: {kind: 'command', name: 'last', run: ['/bin/last']}, id: 'command:last', wave: null},
      {address: {kind: 'http', url}, id: url, wave: 0},
    ]
    for (const columns of [NARROW, WIDE]) expect(text({probes}, columns)).to.include(`\n\nprobes\n  after wave 0    ${url}\n  at the end      command:smoke\n  at the end      command:last\n\n`)
    expect(text()).to.not.include('probes')
  })

  it('keeps what is only to be known apart from warnings', function () {
    const shown = text({remarks: ['heroku-config:example-app: one', 'manual:operators: two'], warnings: ['three']})
    expect(shown).to.include('\n\nnotes\n  -  example-app: one\n  -  manual:operators: two\n\nwarning: three\n\n')
  })

  it('says what happens to old dynos before the revoke', function () {
    expect(text({drain: 0}).replaceAll(/\s+/g, ' ')).to.include('revoked at the end, without waiting for old dynos;')
    expect(text({drain: 45}).replaceAll(/\s+/g, ' ')).to.include('after old dynos have had 45 s to end;')
    expect(text().replaceAll(/\s+/g, ' ')).to.include('until then you can roll everything back.')
  })

  it('colours nothing where no colours are wanted', function () {
    expect(text({consumers, warnings: ['one']})).not.to.include('\u001B')
  })

  it('is as wide with colours as without', function () {
    const loud = {...styles, heading: (word: string) => `\u001B[1m${word}\u001B[22m`}
    for (const columns of [NARROW, 80, WIDE]) expect(stripVTControlCharacters(planText(planOf({consumers}), columns, loud))).to.equal(text({consumers}, columns))
  })
})

describe('plansText', function () {
  const plans = (left: null | number) => [600, 40].map((planned, index) => planOf({calls: {left, planned}, name: `token-${index}`}))

  it('tells of the calls of all of them at the end, and not of each', function () {
    const shown = plansText(plans(4000), WIDE, styles)
    expect(shown.match(/API calls/g)).to.have.length(1)
    expect(shown).to.match(/token-0[^]*token-1[^]*\n\nTogether they need about 640 API calls; 4,000 are left\.\n$/)
  })

  it('tells how long they wait where too few are left', function () {
    expect(plansText(plans(190), WIDE, styles).replaceAll(/\s+/g, ' ')).to.match(/about 640 API calls; 190 are left\. Waits about \d+ minutes for more\./)
  })

  it('says of one what its own plan says', function () {
    const [plan = planOf()] = plans(null)
    expect(plansText([plan], WIDE, styles)).to.equal(planText(plan, WIDE, styles)).and.include('Needs about 600 API calls.')
  })
})
