import type {Point, Server, Way} from '../e2e/every-system/scene.js'

import {filePoints, upTo} from './file-points.js'
import {isWhole, sampledReal} from './whole.js'

/*
 * A rotation file with every kind of store, consumer and probe, the plugin's real process and the real gh. It dies at a
 * sample of places, at more with `npm run test:all`, at each with `npm run chaos -- --file-points`, and is gone on with; the laws of the kill matrix hold, and every
 * system has the incoming token, or what it had before.
 */
describe('a rotation of every system, killed', function () {
  this.timeout(isWhole ? 0 : 300_000)

  const {counts, holds} = filePoints(import.meta.url, 'kill')

  const some = (points: readonly Point[]) => holds(sampledReal(1, points), points.length)

  function atRequests(server: Server, way: Way): Point[] {
    const {all, beforePivot} = counts()[server]
    return upTo(way === 'resume' ? all.length : beforePivot)
      .flatMap(request => (['kill-before', 'kill-after'] as const).map(kind => ({strike: {kind, request, server}, way})))
  }

  function atWrites(way: Way): Point[] {
    const {all, beforePivot} = counts().writes
    return upTo(way === 'resume' ? all.length : beforePivot)
      .flatMap(write => (['kept', 'lost', 'torn'] as const).map(how => ({strike: {how, write}, way})))
  }

  for (const way of ['resume', 'rollback'] as const) {
    it(`at a request to Heroku or Infisical, ends well with ${way}`, () => some([...atRequests('heroku', way), ...atRequests('infisical', way)]))

    it(`at a request of gh or at an fsync, ends well with ${way}`, () => some([...atRequests('github', way), ...atWrites(way)]))
  }
})
