import type {Point} from './point.js'

import {killPoints} from './kill-points.js'
import {openReal} from './point.js'
import {atRequests, atWrites, pairs} from './points.js'
import {isReal, isWhole, sampledReal} from './whole.js'

const SEED = 'kill matrix'

/*
 * The plugin's real process gets a SIGKILL, at a sample of the places at which kill.test.ts kills it in virtual time: in
 * every phase, and every kind of death. With `npm run test:all` at more of them.
 */
describe('the real process of a rotation of three consumers in two waves, killed', function () {
  this.timeout(isWhole ? 3_600_000 : 300_000)

  const {happy, holds} = killPoints(import.meta.url, openReal)
  // How often a release or dyno is asked for depends on timing, so that the last requests may not be made.
  const some = (wanted: number, points: readonly Point[], tolerated = 0.1) => holds(sampledReal(wanted, points), points, tolerated)

  it('at a request, ends well with resume', () => some(8, atRequests(happy(), 'resume')))

  it('at a request before the pivot, ends well with rollback', () => some(3, atRequests(happy(), 'rollback')))

  it('by a power failure at an fsync, ends well with resume', () => some(3, atWrites(happy(), 'resume', ['lost'])))

  it('by a power failure at an fsync before the pivot, ends well with rollback', () => some(2, atWrites(happy(), 'rollback', ['lost'])))

  it('after an fsync, ends well with resume or rollback', () => some(2, [...atWrites(happy(), 'resume', ['kept']), ...atWrites(happy(), 'rollback', ['kept'])]))

  it('in the middle of a line, ends well with resume', () => some(2, atWrites(happy(), 'resume', ['torn'])))

  it('as the outgoing token at an fsync, ends well with resume', () => {
    const points = atWrites(happy('outgoing'), 'resume', ['lost'], 'outgoing')
    return holds(sampledReal(2, isReal ? points : points.slice(happy('outgoing').beforePivot.writes - 2)), points, 0.1)
  })

  it('as the outgoing token at a request, ends well with resume', () => some(2, atRequests(happy('outgoing'), 'resume', 'outgoing')))

  it('twice, ends well with resume', () => some(2, pairs(happy(), 'resume', 10, SEED), 0.4))

  it('twice, the second time in a rollback, ends well with resume', () => some(2, pairs(happy(), 'rollback', 10, SEED), 0.4))
})
