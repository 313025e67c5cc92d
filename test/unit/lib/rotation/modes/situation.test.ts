import {expect} from 'chai'

import type {Record} from '../../../../../src/lib/rotation/state/records.js'

import {textOf} from '../../../../../src/lib/errors.js'
import {modeOf} from '../../../../../src/lib/rotation/modes/mode.js'
import {fold, madeNothing} from '../../../../../src/lib/rotation/state/state.js'
import {consumerOf, outgoingId, planOf} from '../../../../support/plan.js'

const plan = planOf({consumers: [consumerOf('one'), consumerOf('two'), consumerOf('three')]})
const resume = `heroku authorizations:rotate:resume --rotation ${plan.rotation}`
const rollback = `heroku authorizations:rotate:rollback --rotation ${plan.rotation}`

const stateOf = (...records: Record[]) => fold(records.map((record, at) => ({at, record})))
const started = (name: string): Record => ({name, status: 'started', type: 'phase'})
const finished = (name: string): Record => ({name, seconds: 1, status: 'finished', type: 'phase'})
const incoming: Record = {createdAt: '2026-01-15T12:00:00Z', description: 'example-token', expiresIn: null, fingerprint: null, id: 'incoming-id', scope: ['global'], type: 'incoming'}
type Status = Extract<Record, {type: 'consumer'}>['status']
const consumer = (app: string, status: Status): Record => ({id: `heroku-config:${app}`, release: 4, stamp: null, status, type: 'consumer', wrote: true})
const made = [started('create'), incoming, finished('create')]

const situations: [where: string, records: Record[], now: RegExp, next: string[]][] = [
  ['before anything was made', [started('preflight')], /^Nothing was changed\.$/, []],
  ['while the create is under way', [started('create')],
    /^The old token still works\. Heroku may have made a new authorization\. Everything still has what it had before\.$/, [resume, rollback]],
  ['after the create', made, /So does the new one \(incoming-id\)\. Everything still has what it had before\.$/, [resume, rollback]],
  ['while one app is written', [...made, consumer('one', 'writing')],
    /heroku-config:one has the old or the new token; both work\. heroku-config:two, heroku-config:three still have the old token\.$/, [resume, rollback]],
  ['when one app is settled and one written', [...made, consumer('one', 'settled'), consumer('two', 'written')],
    /heroku-config:one uses the new token\. heroku-config:two has the old or the new token; both work\. heroku-config:three still has the old token\.$/, [resume, rollback]],
  ['when every app is verified', [...made, consumer('one', 'verified'), consumer('two', 'verified'), consumer('three', 'verified')],
    /heroku-config:one, heroku-config:two, heroku-config:three use the new token\.$/, [resume, rollback]],
  ['when one app was changed by somebody else', [...made, consumer('one', 'verified'), consumer('two', 'changed'), consumer('three', 'verified')],
    /heroku-config:one, heroku-config:three use the new token\. heroku-config:two has what was there before, or what somebody else wrote\.$/, [resume, rollback]],
  ['while the revoke is under way', [...made, started('revoke'), {type: 'pivoting'}], new RegExp(`Heroku may have revoked the old authorization ${outgoingId} already; resume finds out`), [resume]],
  ['after the revoke', [...made, {type: 'pivoting'}, started('revoke'), finished('revoke')],
    new RegExp(`^The old authorization ${outgoingId} is revoked\\. .* This cannot be undone\\.$`), [resume]],
  ['while it is rolled back', [...made, consumer('one', 'restoring'), {direction: 'back', type: 'turned'}],
    /is being rolled back\. The old token still works\. The new authorization incoming-id is not revoked yet\.$/, [resume]],
  ['while it is rolled back and no authorization is known', [started('create'), {direction: 'back', type: 'turned'}],
    /The old token still works\. A new authorization, if Heroku has made one, is not revoked yet\.$/, [resume]],
]

describe('the situation', function () {
  for (const [where, records, now, next] of situations) {
    it(`says which token works where, and what to type next, ${where}`, function () {
      const told = modeOf(plan).situation(plan, stateOf(...records))
      expect(told.now).to.match(now)
      expect(told.next.map(step => textOf(step))).to.deep.equal(next)
    })
  }

  it('offers no rollback from the pivot on', function () {
    for (const [, records, , next] of situations) {
      const {pivotingAt} = stateOf(...records)
      if (pivotingAt !== null) expect(next).not.to.include(rollback)
    }
  })
})

describe('what is left to do after a rotation in place', function () {
  it('is typed without an empty scope, where the outgoing authorization had none', function () {
    const {outgoing} = plan
    const inPlace = planOf({inPlace: true, incoming: {description: 'example-token', expiresIn: null, scope: []}, outgoing: {...outgoing, scope: []}})
    const state = stateOf(...made, {outcome: 'completed', type: 'closed'})
    const left = modeOf(inPlace).leftToDo(inPlace, state)
    expect(left?.next).to.equal(`heroku authorizations:rotate ${outgoingId}`)
    expect(left?.told).to.include('its scope is global, and was none')
  })
})

describe('madeNothing', function () {
  it('is true until the create is about to be sent', function () {
    expect(madeNothing(stateOf())).to.equal(true)
    expect(madeNothing(stateOf(started('preflight'), finished('preflight')))).to.equal(true)
    expect(madeNothing(stateOf(started('create')))).to.equal(false)
    expect(madeNothing(stateOf(...made, {type: 'withdrawn'}))).to.equal(false)
  })
})
