import type {Result} from '../rotation/report/result.js'
import type {SessionEnd} from '../rotation/report/session-end.js'
import type {Styles} from './styles.js'

import {summary} from './summary.js'

type One = {end: null | SessionEnd; hasFailed: boolean; result: Result | undefined}

/** What came of each; of those that failed the error tells. */
export function severalSummary(all: readonly One[], calls: number, columns: number, styles: Styles): string {
  if (all.length === 0) return 'Nothing is due.\n'
  const told = all.flatMap(({end, hasFailed, result}) => (hasFailed || !result ? [] : [summary(result, end, columns, styles, true)]))
  const counted = `${all.length} ${all.length === 1 ? 'rotation' : 'rotations'}, ${calls} calls in all.\n`
  return [...told, counted].join('\n')
}
