import type {Plan} from './plan.js'
import {consumer} from '../../consumers/registry.js'
import {savesCalls} from '../../heroku/poll.js'

/** Seconds that a release and the start of its dynos take as a rule. */
const RESTART = 15
const LONG_GRACE = 210
const GRACE = 30
/** All calls that wait for nothing. */
const CALLS = 5

/** In seconds, as a rule: an app's own time is not known beforehand. `waiting` is for old dynos, and within the whole. */
export function durationOf({concurrency, consumers, drain, inPlace}: Pick<Plan, 'concurrency' | 'consumers' | 'drain' | 'inPlace'>): {waiting: number; whole: number} {
  const apps = consumers.filter(({address, dynos}) => consumer(address).apps.length > 0 && dynos !== 0)
  const waves = new Map<number, number>()
  for (const {wave} of apps) waves.set(wave, (waves.get(wave) ?? 0) + 1)
  const restarts = [...waves.values()].reduce((sum, many) => sum + RESTART * Math.ceil(many / (concurrency * 5)), 0)
  const grace = drain ?? (savesCalls(apps.length) ? LONG_GRACE : GRACE)
  const waiting = apps.length === 0 || inPlace ? 0 : grace
  return {waiting, whole: CALLS + restarts + waiting}
}
