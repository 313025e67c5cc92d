import type {Point} from './point.js'

import {killPoints} from './kill-points.js'
import {openVirtual} from './point.js'
import {atRequests, atWrites, pairs, powerFailing} from './points.js'
import {isWhole, sampled} from './whole.js'

const SEED = 'kill matrix'
const hows = ['lost', 'kept', 'torn'] as const

/*
 * The plugin's code dies in this process, in virtual time and on a disk that loses what was not fsynced, at each place in
 * turn (in `npm test` at every sixth), and is gone on with by a new one. After each: nobody was without a live token at any time, one authorization is
 * alive, no mark, open journal, sealed token or lock is left. Real processes die at a sample of the same places, or at
 * all of them, in real-kill.test.ts.
 */
describe('a rotation of three consumers in two waves, killed', function () {
  this.timeout(300_000)

  const {happy, holds} = killPoints(import.meta.url, openVirtual)
  const every = (points: readonly Point[], tolerated?: number) => holds(points, points, tolerated)

  const some = (points: readonly Point[]) => holds(sampled(Math.ceil(points.length / 6), points), points)

  it('at any request, ends well with resume', () => some(atRequests(happy(), 'resume')))

  it('at any request before the pivot, ends well with rollback', () => some(atRequests(happy(), 'rollback')))

  it('by a power failure at any request, ends well with resume', () => some(powerFailing(atRequests(happy(), 'resume'))))

  it('by a power failure at any request before the pivot, ends well with rollback', () => some(powerFailing(atRequests(happy(), 'rollback'))))

  it('by a power failure at any fsync, after it or in the middle of a line, ends well with resume', () => some(atWrites(happy(), 'resume', hows)))

  it('by a power failure at any fsync before the pivot, after it or in the middle of a line, ends well with rollback', () =>
    some(atWrites(happy(), 'rollback', hows)))

  it('as the outgoing token at any request, ends well with resume', () => some(atRequests(happy('outgoing'), 'resume', 'outgoing')))

  it('as the outgoing token at any fsync, ends well with resume', () => some(atWrites(happy('outgoing'), 'resume', ['lost'], 'outgoing')))

  it('twice, ends well with resume', () => every(pairs(happy(), 'resume', isWhole ? 40 : 12, SEED), 0.4))

  it('twice, the second time in a rollback, ends well with resume', () => every(pairs(happy(), 'rollback', isWhole ? 40 : 12, SEED), 0.4))
})
