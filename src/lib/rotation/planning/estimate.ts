import {consumer} from '../../consumers/registry.js'
import {asks, savesCalls} from '../../heroku/poll.js'
import {type Plan, TRIED, wavesOf} from './plan.js'

/** Create, a look for rivals, revoke, two to prove, the mark. */
const ONCE = 6
const PAGE = 1000
const STAGES = 2
/** PATCH, and before the revoke the release and the config vars. */
const EACH = 3
/** PATCH, and before the revoke the two newest releases. */
const EACH_OF_MANY = 2
/** The dynos right before the write, the log session, and the release of the write. */
const WATCHED = 3
/** Measured on a small app, from the answer that names its release. An app's own time is not known beforehand. */
const RESTART_MS = 1900
const ANSWER_MS = 100

export function countCalls(plan: Pick<Plan, 'consumers' | 'discovery' | 'drain' | 'inPlace'>): number {
  const {consumers, discovery, drain, inPlace} = plan
  const apps = consumers.filter(({address}) => consumer(address).apps.length > 0)
  const isSaving = savesCalls(apps.length)
  const polls = wavesOf(plan).map(wave => {
    const parallelism = apps.filter(one => one.wave === wave).length
    return parallelism * asks(RESTART_MS, parallelism, ANSWER_MS)
  })
  const isWatched = !isSaving && drain !== 0 && !inPlace
  // An app whose old dynos are seen to end is not asked for preboot.
  const each = (isSaving ? EACH_OF_MANY : EACH) + (isWatched ? WATCHED : drain === null && !isSaving ? 1 : 0)
  const lists = discovery ? Math.ceil(Math.max(1, discovery.apps) / PAGE) + Math.ceil(Math.max(1, discovery.pipelines) / PAGE) : 0
  const scan = discovery?.status === 'scanned' ? lists + Math.max(0, discovery.apps - apps.length) + STAGES * discovery.pipelines : 0
  // Where no app is read before the revoke, the incoming token is asked for by itself.
  return ONCE + (isSaving ? 1 : 0) + Math.min(TRIED, apps.length) + each * apps.length + polls.reduce((sum, count) => sum + count, 0) + scan
}

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
