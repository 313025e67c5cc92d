/** What the matrix of real processes and the one in this process share. */
import {expect} from 'chai'

import {expectNone} from './failures.js'
import {type Open, openReal, type Point, runPoint} from './point.js'
import {type Happy, happyRun, tell} from './points.js'
import {pooled} from './pool.js'
import {ofReal, ofWhole} from './whole.js'

type Whose = 'login' | 'outgoing'

/** Within a suite: knows what an undisturbed rotation does, and tells how many of its points were run. */
export function killPoints(url: string, open: Open): {happy(session?: Whose): Happy; holds(points: readonly Point[], whole: readonly Point[], tolerated?: number): Promise<void>} {
  const known = new Map<Whose, Happy>()
  const run = {points: 0, unreached: 0, whole: 0}
  const happy = (session: Whose = 'login') => {
    const found = known.get(session)
    if (!found) throw new Error('only within a test')
    return found
  }

  before('counts the requests and fsyncs of a rotation that nothing disturbs', async function () {
    for (const session of ['login', 'outgoing'] as const) known.set(session, await happyRun(session, open))
  })

  after('tells how many points were run', function () {
    const {requests, writes} = happy()
    console.log(`      ${(open === openReal ? ofReal : ofWhole)(url, run.points, run.whole)} (${requests.length} requests, ${writes.length} fsyncs), ${run.unreached} not reached`)
  })

  return {
    happy,
    async holds(points, whole, tolerated = 0) {
      expect(points, 'points').not.to.deep.equal([])
      const failures: string[] = []
      const results = await pooled(points, async point => {
        const result = await runPoint(point, open)
        if (result.problems.length > 0) failures.push(`${tell(point, happy(point.session))}: ${result.problems.join('; ')}\n${result.trace}`)
        return result
      })
      const unreached = results.filter(({reached}) => !reached).length
      run.points += points.length
      run.unreached += unreached
      run.whole += whole.length
      expectNone(failures, points.length)
      expect(unreached, 'points that were not reached').to.be.at.most(Math.ceil(points.length * tolerated))
    },
  }
}
