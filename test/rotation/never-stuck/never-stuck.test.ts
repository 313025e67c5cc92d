import {expect} from 'chai'

import type {Played} from './play.js'

import {inPlacePhases, phases} from '../../../src/lib/rotation/phases.js'
import {isWhole} from '../../matrix/whole.js'
import {alive, CREDENTIAL, holders} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'
import {play} from './play.js'
import {APP, type Trouble, troubles} from './trouble.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const names = phases.map(({name}) => name).filter(name => name !== 'finish')
const [written, pivot] = [names.indexOf('fanout'), names.indexOf('revoke')]

function expectEnded({failures, rotation, sandbox}: Played, {name, now = APP}: Trouble, issue: string): void {
  if (!rotation) return
  const {closed, consumers} = rotation.state
  const isLeft = consumers.get(`heroku-config:${APP}`)?.status === 'left'
  expect(closed).to.equal(issue === INCOMING ? 'completed' : 'rolled-back')
  expect(alive(sandbox)).to.deep.equal([issue])
  expect(holders(sandbox)['example-console']).to.equal(issue)
  if (now !== null && !isLeft) expect(holders(sandbox)[now]).to.equal(issue)
  // Whoever lets an app keep what it holds has been told that the app breaks.
  const violations = sandbox.world.violations.filter(({consumer}) => !isLeft || !consumer.startsWith(APP))
  expect(violations, name).to.deep.equal([])
  for (const {next} of failures) expect(next).to.not.deep.equal([])
}

/** Every other phase of each trouble, the other ones of the next; all of them with `npm run test:all`. */
const isTried = (trouble: number, phase: number) => isWhole || (trouble + phase) % 2 === 0

describe('law: never stuck', function () {
  const root = tempRoot()

  for (const [number, trouble] of troubles.entries()) {
    describe(`an app that ${trouble.name}`, function () {
      for (const [index, after] of names.entries()) {
        if (!isTried(number, index)) continue
        const isWritten = index >= written
        const forward = isWritten && index >= pivot ? 'by itself' : trouble.forward[isWritten ? 1 : 0]
        it(`after ${after}: the rotation goes on (${forward})`, async function () {
          const played = await play(root(), trouble, {after, how: 'resume', looks: index % 2 === 0})
          expect(played.end, played.failures.join('; ')).to.equal(forward)
          expectEnded(played, trouble, INCOMING)
        })

        if (index >= pivot) continue
        const back = trouble.back[isWritten ? 1 : 0]
        it(`after ${after}: the rotation is rolled back (${back})`, async function () {
          const played = await play(root(), trouble, {after, how: 'rollback', looks: index % 2 === 1})
          expect(played.end, played.failures.join('; ')).to.equal(back)
          expect([forward, back]).to.not.deep.equal(['not', 'not'])
          expectEnded(played, trouble, CREDENTIAL)
        })
      }

      for (const [index, {name: after}] of inPlacePhases.entries()) {
        if (after === 'finish' || !isTried(number, index)) continue
        it(`in place, after ${after}: the rotation goes on`, async function () {
          const played = await play(root(), trouble, {after, how: 'resume', inPlace: true, looks: false})
          expect(played.end, played.failures.join('; ')).to.not.equal('not')
          expect(played.rotation?.state.closed).to.equal('completed')
          expect(holders(played.sandbox)['example-console']).to.equal(CREDENTIAL)
        })
      }
    })
  }
})
