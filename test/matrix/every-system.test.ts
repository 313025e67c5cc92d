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
 * A rotation file with every kind of store, consumer and probe, the plugin's real process and the real gh. It dies, or a
 * server fails: at one request, or from there on for as long as the command runs. It is gone on with; the laws of the
 * kill matrix hold, and every system has the incoming token, or what it had before.
 *
 * In `npm test` each way is tried once where it differs; more with `npm run test:all`, every place with
 * `npm run chaos -- --file-points`.
 */
describe('a rotation of every system', function () {
  this.timeout(isWhole ? 0 : 300_000)

  const {counts, holds} = filePoints(import.meta.url)

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

  function failing(server: Server, way: Way, times: number): Point[] {
    const {all, beforePivot} = counts()[server]
    // What fails for good and does not answer either is waited for again and again: minutes, where every place is tried.
    const kinds = isReal || times === 1 ? kindsAt[server] : passing
    const requests = upTo(way === 'resume' ? all.length : beforePivot)
    // In a sample each request meets another kind.
    return requests.flatMap(request => (isReal ? kinds : kinds.filter((_, index) => index === request % kinds.length)).map(kind => ({strike: {kind, request, server, times}, way})))
  }

  const killed = (points: readonly Point[]) => holds(sampledReal(1, points), points.length)
  const failed = (points: readonly Point[], server: Server) => holds(sampledReal(1, points), isReal ? points.length : points.length * kindsAt[server].length)

  for (const way of ['resume', 'rollback'] as const) {
    if (isWhole || way === 'resume') {
      it(`killed at a request to Heroku or Infisical, ends well with ${way}`, () => killed([...atRequests('heroku', way), ...atRequests('infisical', way)]))
    }

    if (isWhole || way === 'rollback') {
      it(`killed at a request of gh or at an fsync, ends well with ${way}`, () => killed([...atRequests('github', way), ...atWrites(way)]))
    }
  }

  for (const server of ['heroku', 'infisical', 'github'] as const) {
    if (isWhole || server !== 'infisical') {
      it(`failed by ${server} at one request, ends well with resume`, () => failed(failing(server, 'resume', 1), server))
    }

    if (isWhole || server === 'infisical') {
      it(`failed by ${server} from a request on, ends well with rollback`, () => failed(failing(server, 'rollback', Infinity), server))
    }
  }
})
