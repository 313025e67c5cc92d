import type {Counts, Point} from '../e2e/every-system/scene.js'

import {count, runPoint, tell} from '../e2e/every-system/scene.js'
import {hasGh} from '../e2e/every-system/systems.js'
import {skip} from '../support/skip.js'
import {expectNone} from './failures.js'
import {pooled} from './pool.js'
import {ofReal} from './whole.js'

export const upTo = (last: number) => Array.from({length: last}, (_, index) => index + 1)

/** Within a suite: counts what an undisturbed rotation asks, and tells how many points were run. */
export function filePoints(url: string): {counts(): Counts; holds(points: readonly Point[], whole: number): Promise<void>} {
  let counts: Counts | undefined
  const run = {missed: 0, points: 0, whole: 0}
  const known = () => {
    if (!counts) throw new Error('only within a test')
    return counts
  }

  before('counts what a rotation asks that nothing disturbs', async function () {
    if (!hasGh()) skip(this, 'gh, the GitHub CLI, is not installed')
    counts = await count()
  })

  after('tells how many points were run', function () {
    console.log(`      matrix of every system: ${ofReal(url, run.points, run.whole)}, ${run.missed} not reached`)
  })

  return {
    counts: known,
    async holds(points, whole) {
      run.whole += whole
      const failures: string[] = []
      await pooled(points, async point => {
        const {problems, struck, trace} = await runPoint(point)
        run.points += 1
        run.missed += struck ? 0 : 1
        if (problems.length > 0) failures.push(`${tell(point, known())}: ${problems.join('; ')}\n${trace}`)
      })
      expectNone(failures, points.length)
    },
  }
}
