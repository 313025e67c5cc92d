import type {Point, Server, Way} from '../e2e/every-system/scene.js'
import type {FaultKind} from '../sandbox/sandbox.js'

import {filePoints, upTo} from './file-points.js'
import {isReal, isWhole, sampledReal} from './whole.js'

const passing: readonly FaultKind[] = ['429', '500', '503', '500-after', '503-after', 'malformed-json', 'reset-after', 'reset-before', 'wrong-shape']

/** A gh that is not answered is waited for by a clock that nothing makes faster. */
const kindsAt: Record<Server, readonly FaultKind[]> = {
  github: [...passing, '401'],
  heroku: [...passing, 'hang', 'hang-after'],
  infisical: [...passing, '401', 'hang', 'hang-after'],
}

/*
 * The same rotation as in the kill matrix, with a server that fails: at one request, or from there on for as long as the
 * command runs. It comes to its end in spite of that, or stops and is gone on with. A sample of the places, more with
 * `npm run test:all`, each with `npm run chaos -- --file-points`.
 */
describe('a rotation of every system on a platform that fails', function () {
  this.timeout(isWhole ? 0 : 300_000)

  const {counts, holds} = filePoints(import.meta.url, 'fault')

  const some = (points: readonly Point[], server: Server) =>
    holds(sampledReal(1, points), isReal ? points.length : points.length * kindsAt[server].length)

  function at(server: Server, way: Way, times: number): Point[] {
    const {all, beforePivot} = counts()[server]
    // What fails for good and does not answer either is waited for again and again: minutes, where every place is tried.
    const kinds = isReal || times === 1 ? kindsAt[server] : passing
    const requests = upTo(way === 'resume' ? all.length : beforePivot)
    // In a sample each request meets another kind.
    return requests.flatMap(request => (isReal ? kinds : kinds.filter((_, index) => index === request % kinds.length)).map(kind => ({strike: {kind, request, server, times}, way})))
  }

  for (const server of ['heroku', 'infisical', 'github'] as const) {
    it(`once, at a request to ${server}, ends well with resume`, () => some(at(server, 'resume', 1), server))

    it(`from a request to ${server} on, ends well with rollback`, () => some(at(server, 'rollback', Infinity), server))
  }
})
