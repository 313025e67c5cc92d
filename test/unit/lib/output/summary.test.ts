import {expect} from 'chai'

import type {Result} from '../../../../src/lib/rotation/report/result.js'

import {stylesFor} from '../../../../src/lib/output/styles.js'
import {summary} from '../../../../src/lib/output/summary.js'
import {resultOf} from '../../../../src/lib/rotation/report/result.js'
import {fold} from '../../../../src/lib/rotation/state/state.js'
import {seconds} from '../../../../src/lib/text/duration.js'
import {consumerOf, outgoingId, planOf} from '../../../support/plan.js'

const styles = stylesFor('stdout', {NO_COLOR: '1'})
const incomingId = '0a0a0a0a-0000-4000-8000-000000000002'

function resultWith(changes: Partial<Result>): Result {
  const plan = planOf()
  const result = resultOf(plan, null, 23, null)
  return {
    ...result,
    consumers: result.consumers.map(one => ({...one, drained: {seen: '2026-01-15T12:00:30Z'}})),
    discovery: {allowed: [], apps: 2, pipelines: 0, status: 'scanned', unreadable: []},
    incoming: {description: plan.incoming.description, expires_in: null, id: incomingId, scope: ['global']},
    ...changes,
  }
}

describe('summary', function () {
  const proof: Result['proof'] = {by: 'token', incoming_status: 200, outgoing_status: 401}

  it('says of a finished rotation what works, who holds it, and how the end of the other one was proved', function () {
    const phases: Result['phases'] = [{name: 'create', seconds: 1.5, status: 'finished'}, {name: 'fanout', seconds: 31, status: 'finished'}]
    expect(summary(resultWith({phases, proof, status: 'completed'}), null, {columns: 200, styles})).to.equal([
      '✓ Rotated example-token in 33 s. No app was without a working token.',
      '  1 app uses the new token: example-app',
      '  The old token is dead (401), the new token works (200).',
      `  New ID: ${incomingId} (example-token-2026-01-15). Update anything that`,
      '  names the old ID.',
      '  Evidence: heroku authorizations:rotate:audit --rotation k7m2pq9xtz',
      '',
    ].join('\n'))
  })

  it('does not say that no app was without a token where somebody allowed that', function () {
    const discovery = {allowed: ['old-app'], apps: 2, pipelines: 0, status: 'scanned' as const, unreadable: []}
    const unreadable = [{keys: [], place: 'far-app', reason: 'you may not read it'}]
    for (const changes of [{discovery}, {discovery: {...discovery, allowed: [], unreadable}}, {warnings: ['something']}, {in_place: true}, {proof: {...proof, incoming_status: 403}}]) {
      expect(summary(resultWith({proof, status: 'completed', ...changes}), null, {columns: 200, styles}).split('\n')[0]).to.match(/ in 0\.0 s\.$/)
    }
  })

  it('says of which apps the end of old dynos was not seen, and claims nothing then', function () {
    const all = resultOf(planOf({consumers: ['a', 'b', 'c'].map(app => consumerOf(app))}), null, 0, null).consumers
    const consumers = all.map((one, index) => ({...one, drained: [{waited: 30}, null, {seen: '2026-01-15T12:00:30Z'}][index] ?? null}))
    const told = summary(resultWith({consumers, proof, status: 'completed'}), null, {columns: 200, styles})
    expect(told).to.include('The end of old dynos was not seen: a (30 s waited), b (not waited for).').and.not.include('No app was without')
    expect(summary(resultWith({consumers, in_place: true, proof, status: 'completed'}), null, {columns: 200, styles})).to.not.include('old dynos')
  })

  it('indents what a narrow terminal has no room for, and leaves no blanks at an end', function () {
    const lines = summary(resultWith({proof, status: 'completed'}), null, {columns: 60, styles}).trimEnd().split('\n')
    expect(lines).to.have.length(9)
    for (const line of lines.slice(2)) expect(line).to.match(/^ {2}(?: {2})?\S.*\S$/).and.to.have.property('length').below(61)
  })

  it('counts several consumers, and tells a proof by id apart', function () {
    const {consumers} = resultOf(planOf({consumers: [consumerOf('a'), consumerOf('b')]}), null, 0, null)
    const shown = summary(resultWith({consumers, proof: {by: 'id', incoming_status: 200, outgoing_status: 404}, status: 'completed'}), null, {columns: 200, styles})
    expect(shown).to.include('2 apps use the new token: a, b').and.to.include('its ID answers 404')
  })

  it('does not claim a proof that there is not', function () {
    expect(summary(resultWith({status: 'completed'}), null, {columns: 200, styles})).to.include('is revoked; its end was not proved')
  })

  it('says of one rolled back that everything is as before', function () {
    const shown = summary(resultWith({status: 'rolled-back'}), null, {columns: 200, styles}).replaceAll(/\s+/g, ' ')
    expect(shown).to.include(`example-token-2025-10-17 (${outgoingId}) works, and everything has what it had before.`)
    expect(shown).to.include(`example-token-2026-01-15 (${incomingId}) is revoked.`)
  })

  it('says of one rolled back whose old token somebody else has revoked that the token works nowhere, and what to type next', function () {
    const outgoing = {...resultWith({}).outgoing, revoked: true}
    const told = summary(resultWith({outgoing, status: 'rolled-back'}), null, {columns: 200, styles})
    expect(told.replaceAll(/\s+/g, ' ')).to.include(`example-token-2025-10-17 (${outgoingId}) was revoked by somebody else, so what uses its token fails, and everything has what it had before.`)
      .and.to.include('next: heroku authorizations:create --description example-token').and.not.to.include('works')
  })

  it('does not speak of an incoming authorization that was never made', function () {
    const rolledBack = fold([{at: 0, record: {outcome: 'rolled-back', type: 'closed'}}])
    const shown = summary(resultOf(planOf(), rolledBack, 3, null), null, {columns: 200, styles})
    expect(shown).to.include('No new authorization is left.').and.not.to.include('null')
  })

  it('says of one that stopped what to type next', function () {
    const next = 'heroku authorizations:rotate:revoke --rotation k7m2pq9xtz'
    const shown = summary(resultWith({next, status: 'incomplete'}), null, {columns: 200, styles})
    expect(shown).to.include('Stopped the rotation k7m2pq9xtz of example-token before the revoke, as you asked.')
    expect(shown).to.include('The old and the new token both work.').and.to.include(`next: ${next}`).and.to.include('back: heroku authorizations:rotate:rollback --rotation k7m2pq9xtz')
    expect(summary(resultWith({outgoing: {...resultWith({}).outgoing, revoked: true}, status: 'incomplete'}), null, {columns: 200, styles})).to.include('is revoked.')
  })

  it('says of a plan that nothing was changed', function () {
    expect(summary(resultWith({status: 'planned'}), null, {columns: 200, styles})).to.equal('Nothing was changed.\n')
  })
})

describe('seconds', function () {
  const told: [number | undefined, string][] = [
    [undefined, ''], [0, '0.0 s'], [0.44, '0.4 s'], [9.94, '9.9 s'], [10, '10 s'], [119.4, '119 s'], [120, '2 min 0 s'], [200, '3 min 20 s'], [3600, '60 min 0 s'],
  ]
  for (const [value, text] of told) {
    it(`tells ${value} as "${text}"`, function () {
      expect(seconds(value)).to.equal(text)
    })
  }
})

describe('stylesFor', function () {
  it('colours nothing with NO_COLOR, even an empty one', function () {
    for (const value of ['1', '']) {
      for (const style of Object.values(stylesFor('stdout', {NO_COLOR: value}))) expect(typeof style === 'function' ? style('text') : 'text').to.equal('text')
    }
  })
})
