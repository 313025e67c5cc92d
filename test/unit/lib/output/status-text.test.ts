import {expect} from 'chai'

import type {Aged} from '../../../../src/lib/credentials/due.js'
import type {Status} from '../../../../src/lib/rotation/report/status.js'

import {statusText} from '../../../../src/lib/output/status-text.js'
import {stylesFor} from '../../../../src/lib/output/styles.js'
import {standingOf} from '../../../../src/lib/rotation/report/standing.js'
import {fold} from '../../../../src/lib/rotation/state/state.js'
import {consumerOf, outgoingId, planOf} from '../../../support/plan.js'

const DAY = 86_400
const styles = stylesFor('stdout', {NO_COLOR: '1'})

const aged = (changes: Partial<Aged> = {}): Aged => ({
  age: 95 * DAY, description: 'example-token', due: 'overdue', due_in: -5 * DAY, every: 90, expires_in: null, id: outgoingId, name: 'example-token',
  newer: null, rotation: null, scope: ['global'], ...changes,
})
const missing = aged({age: null, description: 'lost-token', due_in: null, id: null, scope: []})
const incoming = {
  createdAt: '2026-01-15T12:00:00Z', description: 'example-token-2026-01-15', expiresIn: null, fingerprint: null, id: outgoingId, scope: ['global'], type: 'incoming' as const,
}
const login = aged({age: DAY / 2, description: 'login\n\u001B[31m', due: null, due_in: null, every: null, expires_in: 30 * DAY})

function text(authorizations: Aged[], columns: number, counts: Partial<Status> = {}) {
  return statusText({authorizations, damaged: [], last: null, next: null, overdue: 0, rotations: [], soon: 0, ...counts}, ['heroku authorizations:rotate --description example-token'], columns, styles)
}

describe('statusText', function () {
  it('has one row for each authorization in a pipe, however long', function () {
    const rows = text([aged({description: 'x'.repeat(200)}), missing, login], Number.POSITIVE_INFINITY).split('\n').filter(line => line.startsWith(' ') && !line.includes('─'))
    expect(rows).to.have.length(4)
    expect(rows[1]).to.match(/^ x{200} +95 days +global +never +90 days +5 days ago$/)
    expect(rows[2]).to.match(/^ lost-token .* missing +– +– +90 days +now/)
    expect(rows[3]).to.match(/login\\n\\u001b\[31m +12 hours +global +in 30 days +– +–/)
  })

  it('is no wider than the terminal', function () {
    for (const columns of [50, 80, 100]) {
      const lines = text([aged(), missing, login], columns).split('\n')
      expect(Math.max(...lines.map(line => line.length)), `${columns}`).to.be.at.most(columns)
    }
  })

  it('says the same on a narrow terminal, line by line', function () {
    expect(text([aged(), missing, aged({due: null, due_in: null, every: null, newer: outgoingId})], 50, {overdue: 2, soon: 1})).to.equal([
      'No rotation is open.',
      '',
      'example-token',
      '  95 days old, scope global, never expires',
      '  every 90 days, due 5 days ago',
      'lost-token',
      '  missing: your account has none of this name',
      '  every 90 days, due now',
      'example-token',
      '  95 days old, scope global, never expires',
      '  replaced',
      '',
      '2 overdue, 1 due soon:',
      '  heroku authorizations:rotate --description example-token',
      '',
    ].join('\n'))
  })

  it('says of an app what has failed, and which tokens it may have', function () {
    const plan = planOf({consumers: [consumerOf('example-app'), consumerOf('example-console')]})
    const state = fold([
      {at: 0, record: incoming},
      {at: 0, record: {name: 'fanout', status: 'started', type: 'phase'}},
      {at: 0, record: {id: 'heroku-config:example-app', release: 8, stamp: null, status: 'written', type: 'consumer', wrote: true}},
      {at: 0, record: {code: 'ROTATE_RELEASE_FAILED', message: 'example-app: release v8 failed.', name: 'fanout', status: 'failed', type: 'phase'}},
    ])
    const rotation = {
      age: 0, by: null, description: 'example-token', here: true, next: [], phase: null, process: null, rotation: plan.rotation, running: false, signed: true,
    }
    expect(text([], 120, {rotations: [{...rotation, standing: standingOf(plan, state, 0)}]})).to.include([
      '    ✗ example-app      release v8 failed; old or new token, both work',
      '    · example-console  old token',
    ].join('\n'))
  })

  it('says nothing of due dates where nothing is due', function () {
    expect(text([login], 200)).to.not.include('heroku authorizations:rotate')
  })
})
