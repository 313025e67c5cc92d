import {expect} from 'chai'

import type {Record} from '../../../../../src/lib/rotation/state/records.js'

import {fold} from '../../../../../src/lib/rotation/state/state.js'
import {planOf} from '../../../../support/plan.js'

/** One record a second, from second 1 on; record by record and at once are the same. */
function stateOf(...records: Record[]) {
  const written = records.map((record, index) => ({at: (index + 1) * 1000, record}))
  const whole = fold(written)
  let state = fold([])
  for (const one of written) {
    const before = state
    const kept = structuredClone(before)
    state = fold([one], before)
    expect(before, 'the state before').to.deep.equal(kept)
  }

  expect(state, 'record by record').to.deep.equal(whole)
  return whole
}

const started = (name: string): Record => ({name, status: 'started', type: 'phase'})
const finished = (name: string, seconds = 2): Record => ({name, seconds, status: 'finished', type: 'phase'})
const failed = (name: string): Record => ({code: 'ROTATE_X', message: 'x', name, status: 'failed', type: 'phase'})
const consumer = (status: Extract<Record, {type: 'consumer'}>['status'], wrote = false, release: null | number = null): Record => ({id: 'a', release, stamp: null, status, type: 'consumer', wrote})
const incoming: Record = {createdAt: '2026-01-15T12:00:00Z', description: 'example-token', expiresIn: null, fingerprint: null, id: 'b', scope: ['global'], type: 'incoming'}

describe('fold', function () {
  it('is a rotation that does not exist yet where there are no records', function () {
    expect(stateOf()).to.deep.include({closed: null, direction: 'forward', incoming: null, lastRestartAt: null, opened: null, pivotingAt: null, proof: null})
  })

  it('changes none of the records', function () {
    const records = [{at: 1, record: Object.freeze(started('create'))}, {at: 2, record: Object.freeze(finished('create'))}]
    fold(Object.freeze(records))
    expect(fold(records)).to.deep.equal(fold(records))
  })

  it('knows who opened it, when and with which plan', function () {
    expect(stateOf({actor: 'operator@example.com', adopted: null, host: 'example-host', plan: planOf(), type: 'opened'}).opened)
      .to.deep.include({actor: 'operator@example.com', at: 1000, plan: planOf()})
  })

  it('counts how often a phase was started, and keeps how it ended last', function () {
    const state = stateOf(started('create'), failed('create'), started('create'), started('create'), finished('create', 7))
    expect(state.phases.get('create')).to.deep.equal({attempts: 3, seconds: 7, status: 'finished'})
    expect(stateOf(started('create')).phases.get('create')).to.deep.equal({attempts: 1, seconds: null, status: 'started'})
    expect(stateOf(started('fanout'), finished('fanout'), failed('fanout')).phases.get('fanout')).to.deep.equal({attempts: 1, message: 'x', seconds: null, status: 'failed'})
  })

  it('keeps the phases in the order they were started', function () {
    expect([...stateOf(started('create'), started('fanout'), failed('create')).phases.keys()]).to.deep.equal(['create', 'fanout'])
  })

  it('keeps the release and the time that a consumer was written with when it is read back', function () {
    const state = stateOf(consumer('writing'), consumer('written', true, 4), consumer('settled', true, 4), consumer('verified'))
    expect(state.consumers.get('a')).to.deep.equal({at: 3000, release: 4, stamp: null, status: 'verified'})
  })

  describe('the last restart', function () {
    it('is when the app that was written had settled', function () {
      expect(stateOf(consumer('writing'), consumer('written', true, 4), consumer('settled', true, 4), consumer('verified')).lastRestartAt?.at).to.equal(3000)
    })

    it('is none where nothing was written: the app held the value already', function () {
      expect(stateOf(consumer('writing'), consumer('written', false, 4), consumer('settled', false, 4)).lastRestartAt).to.equal(null)
    })

    it('is counted where a process died between the write and its answer, and the next one found it written', function () {
      expect(stateOf(consumer('writing'), consumer('writing'), consumer('written', false, 4), consumer('settled', false, 4)).lastRestartAt?.at).to.equal(4000)
    })

    it('is counted where a process died between the answer and the settling', function () {
      expect(stateOf(consumer('writing'), consumer('written', true, 4), consumer('writing'), consumer('written', false, 4), consumer('settled', false, 4)).lastRestartAt?.at).to.equal(5000)
    })

    it('is counted for what is given back, too', function () {
      const forward = [consumer('writing'), consumer('written', true, 4), consumer('settled', true, 4)]
      expect(stateOf(...forward, consumer('restoring'), consumer('restored', true, 5)).lastRestartAt?.at).to.equal(5000)
      expect(stateOf(...forward, consumer('restoring'), consumer('restoring'), consumer('restored', false, 5)).lastRestartAt?.at).to.equal(6000)
      expect(stateOf(...forward, consumer('restoring'), consumer('restored', false, 4)).lastRestartAt?.at).to.equal(3000)
    })

    it('is not moved by an app that is written again and holds the value', function () {
      const settled = [consumer('writing'), consumer('written', true, 4), consumer('settled', true, 4)]
      expect(stateOf(...settled, consumer('writing'), consumer('written', false, 4), consumer('settled', false, 4)).lastRestartAt?.at).to.equal(3000)
    })
  })

  it('knows the incoming authorization, and that it was withdrawn', function () {
    expect(stateOf(incoming).incoming).to.equal(incoming)
    expect(stateOf(incoming, {type: 'withdrawn'}).incoming).to.equal(null)
  })

  it('knows when the pivot may have happened, the proof, the direction and the end', function () {
    const proof: Record = {by: 'token', incomingStatus: 200, outgoingStatus: 401, type: 'proof'}
    const state = stateOf({type: 'pivoting'}, proof, {direction: 'back', type: 'turned'}, {outcome: 'completed', type: 'closed'})
    expect(state).to.deep.include({closed: 'completed', direction: 'back', pivotingAt: {at: 1000}, proof})
  })
})
