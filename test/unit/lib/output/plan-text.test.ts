import {expect} from 'chai'
import {stripVTControlCharacters} from 'node:util'

import type {Plan} from '../../../../src/lib/rotation/planning/plan.js'

import {briefly, plansText, planText} from '../../../../src/lib/output/plan-text.js'
import {stylesFor} from '../../../../src/lib/output/styles.js'
import {consumerOf, outgoingId, planOf} from '../../../support/plan.js'

const styles = stylesFor('stdout', {NO_COLOR: '1'})
const WIDE = 120
const NARROW = 60

const consumers = [
  consumerOf('example-app', {dynos: 3, holds: {HEROKU_API_KEY: 'outgoing', PLATFORM_TOKEN: 'other'}, keys: ['HEROKU_API_KEY', 'PLATFORM_TOKEN'], wave: 1}),
  consumerOf('example-app-staging', {holds: {HEROKU_API_KEY: 'nothing'}, wave: 0}),
]

const secret = consumerOf('example-place', {
  address: {in: 'actions', kind: 'github-secret', repository: 'octo/app', secret: 'HEROKU_API_KEY'},
  dynos: null,
  holds: {HEROKU_API_KEY: 'unknown'},
  id: 'github-secret:octo/app:HEROKU_API_KEY', kind: 'github-secret',
})

const text = (changes: Partial<Plan> = {}, columns = WIDE, more?: string) => planText(planOf(changes), {columns, more, styles})
const prose = (changes: Partial<Plan> = {}, columns = WIDE) => text(changes, columns).replaceAll(/\s+/g, ' ')
const widest = (shown: string) => Math.max(...shown.split('\n').map(line => line.length))
const rowOf = (shown: string, word: string) => shown.split('\n').find(line => line.includes(word)) ?? ''

const infisical = {environment: 'prod', kind: 'infisical' as const, path: '/', project: '244210e4-8437-4655-8980-a70249a99369', secret: 'HEROKU_API_KEY'}
const storeId = 'infisical:244210e4-8437-4655-8980-a70249a99369/prod:HEROKU_API_KEY'
const store = consumerOf('example-store', {address: infisical, dynos: null, id: storeId, kind: 'infisical', role: 'store', wave: 0})
const manual = consumerOf('operators', {
  address: {instructions: 'tell them', kind: 'manual', name: 'operators'},
  dynos: null,
  holds: {operators: 'unknown'},
  id: 'manual:operators',
  keys: ['operators'], kind: 'manual', notRestorable: 'by hand',
})

describe('planText', function () {
  it('says what is replaced by what, and for whom', function () {
    const shown = text({outgoing: {...planOf().outgoing, scope: ['read-protected', 'write-protected']}})
    expect(shown).to.include('Rotate example-token (operator@example.com)\n')
    expect(shown).to.include(`  old  example-token-2025-10-17  ${outgoingId.slice(0, 8)}-…  read-protected, write-protected, never expires\n`)
    expect(shown).to.include('  new  example-token-2026-01-15              global, never expires\n')
    expect(text({actor: 'ceo@example.com'})).to.include('(operator@example.com, on behalf of ceo@example.com)')
  })

  it('says how long the tokens live', function () {
    const incoming = (expiresIn: number) => text({incoming: {...planOf().incoming, expiresIn}})
    const told = [7776, 10_367_855, 28_795, 3600, 7199, 172_799, 20].map(seconds => /expires in (.*)/.exec(incoming(seconds))?.[1])
    expect(told).to.deep.equal(['2 hours', '120 days', '8 hours', '60 minutes', '2 hours', '2 days', 'less than a minute'])
  })

  it('says first what a person looks for: what restarts, which app is the canary, which token works, and how long it takes', function () {
    expect(text({consumers}).split('\n').slice(2, 5)).to.deep.equal([
      '2 apps restart (4 dynos), example-app-staging first as the canary. The old and the new token both',
      'work until the end.',
      'Takes about 1 minute, 30 s of it waiting for old dynos (210 s where an app has preboot). Until the',
    ])
    expect(prose({consumers})).to.include('Until the old token is revoked at the end, you can roll all of it back.')
  })

  it('shows every consumer and config var in a table, the canary first', function () {
    const shown = text({consumers})
    expect(rowOf(shown, ' Name')).to.match(/^ Name +Config var +Now +Dynos +Order$/)
    expect(rowOf(shown, 'example-app ')).to.match(/^ example-app +HEROKU_API_KEY +old token +3$/)
    expect(rowOf(shown, 'PLATFORM_TOKEN')).to.match(/^ +PLATFORM_TOKEN +another value$/)
    expect(rowOf(shown, 'example-app-staging  ')).to.match(/^ example-app-staging +HEROKU_API_KEY +not set +1 +canary$/)
    expect(shown.indexOf('example-app-staging  ')).to.be.below(shown.indexOf('PLATFORM_TOKEN'))
  })

  it('tells the order only where there is one, by its numbers where there are more than two steps', function () {
    expect(text()).to.not.include('Order')
    const shown = text({consumers: [...consumers, consumerOf('last-app', {wave: 2})]})
    expect([rowOf(shown, 'example-app '), rowOf(shown, 'last-app')].map(row => row.split(/ {2,}/).at(-1))).to.deep.equal(['step 1', 'step 2'])
  })

  it('shows them as a list where the table does not fit', function () {
    const shown = text({consumers}, NARROW)
    expect(shown).not.to.include('─')
    expect(shown).to.include('  example-app-staging  canary, 1 dyno\n    HEROKU_API_KEY: not set\n')
    expect(shown).to.include('  example-app  3 dynos\n    HEROKU_API_KEY: old token\n    PLATFORM_TOKEN: another value\n')
  })

  it('is one screen for three apps on a terminal of 80 columns', function () {
    const shown = text({consumers: [...consumers, consumerOf('example-console')], remarks: ['one', 'two', 'three'], warnings: []}, 80)
    expect(shown.split('\n')).to.have.length.below(24)
    expect(widest(shown)).to.be.at.most(80)
    expect(shown).to.include('─')
  })

  it('cuts no name in two, however narrow the terminal', function () {
    for (const columns of [20, NARROW, 80, WIDE]) {
      const shown = text({consumers}, columns)
      for (const name of ['example-app-staging', 'PLATFORM_TOKEN', 'example-token-2025-10-17']) expect(shown, `${columns}`).to.include(name)
    }
  })

  it('draws a table only where the terminal is wide enough for it', function () {
    for (let columns = 40; columns <= WIDE; columns += 4) {
      const shown = text({consumers}, columns)
      if (shown.includes('─')) expect(widest(shown)).to.be.at.most(columns)
    }

    expect(text({consumers}, WIDE)).to.include('─')
  })

  it('writes no line that is wider than the terminal', function () {
    const warnings = ['example-token-2025-07-19 (0a0a0a0a-0000-4000-8000-00000000000b) works too and stays as it is.']
    for (const columns of [80, WIDE]) expect(widest(text({consumers, sessionIsOutgoing: true, warnings}, columns)), `${columns}`).to.be.at.most(columns)
  })

  it('knows consumers by their names, and not by their IDs', function () {
    const shown = text({consumers: [...consumers, store, manual], remarks: [`${storeId}: version 3`]}, 80)
    expect(shown).to.include('Infisical prod').and.include('! Infisical prod: version 3').and.not.include(storeId)
    expect(rowOf(shown, ' operators ')).to.match(/^ operators {2,}you are asked$/)
    expect(shown).to.include('─')
  })

  it('shows what is done besides, and whose changes are noticed', function () {
    const probes: Plan['probes'] = [{
      address: {inputs: {sanity: 'true'}, kind: 'github-workflow', ref: 'next', repository: 'octo/app', workflow: 'smoke.yml'}, id: 'github-workflow:octo/app/smoke.yml', wave: null,
    }]
    const files = [{path: '/srv/hook.sh', why: null}, {path: '/srv/pkg', why: 'a directory'}, {path: 'sh', why: 'found on the PATH'}]
    expect(text({consumers: [store], files, probes}, 80)).to.include([
      '\n\nBesides Heroku and GitHub secrets',
      '  Infisical prod', `    write: project ${infisical.project}, environment prod`,
      '  octo/app/smoke.yml', '    start the workflow: smoke.yml of octo/app at next with sanity=true',
      '  covered by the trust', '    /srv/hook.sh',
      '  not covered by the trust', '    /srv/pkg (a directory)', '    sh (found on the PATH)', '',
    ].join('\n'))
  })

  it('warns, each thing in a paragraph of its own', function () {
    expect(text({warnings: ['one', 'two']})).to.include('\n\n  ! one\n  ! two\n')
  })

  it('says that the session ends with the outgoing token', function () {
    expect(text()).not.to.include('You are logged in with this token')
    expect(text({sessionIsOutgoing: true})).to.include('You are logged in with this token')
  })

  const sums: [string, Partial<Plan>][] = [
    ['1 app restarts (1 dyno).', {}],
    ['2 apps restart (4 dynos), example-app-staging first as the canary.', {consumers}],
    ['2 apps restart.', {consumers: consumers.map(one => ({...one, dynos: null, wave: 1}))}],
    ['No app restarts.', {consumers: [consumerOf('example-app', {dynos: 0})]}],
    ['No app restarts.', {consumers: [manual]}],
  ]
  for (const [sum, changes] of sums) {
    it(`says: ${sum}`, function () {
      expect(prose(changes)).to.include(sum)
    })
  }

  it('lists the store before the canary, as it is written', function () {
    for (const columns of [NARROW, WIDE]) {
      const shown = text({consumers: [...consumers, {...store, wave: 1}]}, columns).split('\n\n')[3] ?? ''
      expect(shown.indexOf('Infisical prod')).to.be.within(0, shown.indexOf('example-app-staging'))
    }
  })

  it('says of what cannot be read that it cannot', function () {
    expect(rowOf(text({consumers: [secret]}), 'HEROKU_API_KEY')).to.match(/cannot be read$/)
    expect(rowOf(text({consumers: [{...secret, kind: 'file'}]}), 'HEROKU_API_KEY')).to.match(/not looked at$/)
    expect(text({consumers: [secret]}, 30)).to.include('\n    HEROKU_API_KEY: cannot be read\n')
  })

  it('names what a rollback leaves to a person', function () {
    expect(prose({consumers: [secret, manual]})).to.include('you can roll all of it back (operators only by hand).')
  })

  it('lists the probes in the order in which they are asked, each with the wave that it gates', function () {
    const url = 'https://example-app.example.com/health'
    const probes: Plan['probes'] = [
      {address: {kind: 'command', name: 'smoke', run: ['/bin/smoke']}, id: 'command:smoke', wave: null},
      {address: {kind: 'command', name: 'last', run: ['/bin/last']}, id: 'command:last', wave: null},
      {address: {kind: 'http', url}, id: url, wave: 0},
    ]
    for (const columns of [NARROW, WIDE]) expect(text({probes}, columns)).to.include(`\n\nChecks\n  after step 0  ${url}\n  at the end    smoke\n  at the end    last\n\n`)
    expect(text()).to.not.include('Checks')
  })

  it('shows two whole notes before somebody agrees, and every warning; all notes where the plan was asked for', function () {
    const long = `one ${'words '.repeat(40)}end`
    const command = 'heroku authorizations:rotate example-token --dry-run'
    const changes = {remarks: [long, 'two', 'three', 'four']}
    expect(text(changes, 80, command).split('\n').filter(line => line.startsWith('  !'))).to.have.length(2)
    expect(text(changes, 80, command)).to.include(' end\n')
    expect(widest(text(changes, 80, command))).to.be.at.most(80)
    expect(text(changes, 80, command)).to.include(`  2 more notes:\n    ${command}\n`)
    const warned = text({...changes, warnings: ['three', 'five', 'six']}, 80, command)
    expect(warned).to.include('  ! three\n  ! five\n  ! six\n  4 more notes')
    for (const remark of ['two', 'three', 'four']) expect(text(changes)).to.include(`  ! ${remark}\n`)
  })

  it('says what happens to old dynos before the revoke', function () {
    expect(prose({drain: 0})).to.include('Takes about half a minute, without waiting for old dynos.')
    expect(prose({drain: 45})).to.include('45 s of it waiting for old dynos.')
  })

  it('says that it stops before the revoke, and waits for no old dynos then', function () {
    const shown = planText(planOf({sessionIsOutgoing: true}), {columns: WIDE, stops: true, styles}).replaceAll(/\s+/g, ' ')
    expect(shown).to.include('Takes about half a minute. Stops before the revoke, as you asked.').and.not.include('at the end')
  })

  it('says in place, at its head, who fails and how long, and no word of a way back', function () {
    const shown = text({consumers: [...consumers, manual], inPlace: true})
    expect(shown.split('\n')[0]).to.equal('When you confirm, 2 apps and 1 other place fail until they have restarted (about 30 s).')
    expect(shown).to.include('There is no way back.').and.not.include('roll')
    expect(text({consumers: [consumerOf('a')], inPlace: true}).split('\n')[0]).to.equal('When you confirm, 1 app fails until it has restarted (about 30 s).')
    expect(text({consumers: [manual], inPlace: true}).split('\n')[0]).to.equal('When you confirm, 1 place fails until the new token is there.')
    expect(text({consumers: [], inPlace: true}).split('\n')[0]).to.equal('When you confirm, everything that uses this token fails until the new token is there.')
  })

  it('tells of calls only where too few are left', function () {
    expect(text({calls: {left: 4000, planned: 68}})).to.not.include('call')
    expect(prose({calls: {left: 9, planned: 48}})).to.include('Needs about 48 API calls; 9 are left. Waits about a minute for more.')
    expect(prose({calls: {left: 32, planned: 32}})).to.include('32 are left, and others need some of them. Waits')
  })

  it('colours nothing where no colours are wanted', function () {
    expect(text({consumers, warnings: ['one']})).not.to.include('\u001B')
  })

  it('is as wide with colours as without', function () {
    const loud = {...styles, heading: (word: string) => `\u001B[1m${word}\u001B[22m`, key: (word: string) => `\u001B[32m${word}\u001B[39m`}
    for (const columns of [NARROW, 80, WIDE]) expect(stripVTControlCharacters(planText(planOf({consumers}), {columns, styles: loud}))).to.equal(text({consumers}, columns))
  })
})

describe('plansText', function () {
  const plans = (left: null | number) => [600, 40].map((planned, index) => planOf({calls: {left, planned}, name: `token-${index}`}))
  const wide = {columns: WIDE, styles}

  it('has a short form: what restarts, for each', function () {
    const many = planOf({consumers: Array.from({length: 30}, (_, index) => consumerOf(`app-${index}`)), name: 'a-token'})
    expect(briefly([many], wide)).to.equal('30 apps restart (30 dynos). The old and the new token both work until the end.\n')
    expect(briefly([many, planOf({consumers: [consumerOf('a')], inPlace: true, name: 'b-token'})], wide)).to.match(/^a-token: 30 apps.*\nb-token: When you confirm, 1 app fails/)
  })

  it('tells of the calls of all of them at the end, and not of each', function () {
    const shown = plansText(plans(190), wide)
    expect(shown.match(/API calls/g)).to.have.length(1)
    expect(shown).to.match(/token-0[^]*token-1[^]*\n\nNeeds about 640 API calls; 190 are left\. Waits about \d+ minutes for more\.\n$/)
    expect(plansText(plans(4000), wide)).to.not.include('API calls')
  })

  it('says of one what its own plan says', function () {
    const [plan = planOf()] = plans(null)
    expect(plansText([plan], wide)).to.equal(planText(plan, wide))
  })
})
