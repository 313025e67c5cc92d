import type {Dyno, Release} from '../../heroku/schemas.js'
import type {Happening} from './log-lines.js'
import {isFormation, isOneOff} from './own-dyno.js'

/** The longest time that an earlier generation of dynos may run unseen. */
const HIDDEN_MS = 210_000

/** Private spaces restart a quarter of the dynos at a time, and Fir gives each dyno a name of its own: both have other sizes. */
const COMMON_SIZES = /^(?:free|hobby|eco|basic|standard-[12]x|performance-[\da-z-]+)$/i
const CEDAR_NAME = /^[a-z\d_-]+\.\d+$/i

/** The dynos whose end can be read from the log; null where a dyno is not up, or not one of Cedar in the Common Runtime. */
export function watchable(dynos: readonly Dyno[]): null | readonly Dyno[] {
  const formation = dynos.filter(dyno => isFormation(dyno))
  const isPlain = formation.every(({name, size, state}) => state === 'up' && CEDAR_NAME.test(name) && COMMON_SIZES.test(size ?? ''))
  return formation.length > 0 && isPlain ? formation : null
}

/** False where an even older generation may still run under the same names, or somebody else has released meanwhile. */
export function isFirstSince(old: readonly Dyno[], made: Release, before: Release): boolean {
  return old.every(dyno => dyno.release.version === before.version && Date.parse(made.created_at) - Date.parse(dyno.created_at) >= HIDDEN_MS)
}

/** The last exit and SIGTERM of the old dynos, `running` while one of them is not seen to have ended, `doubtful` where the lines do not tell. */
export type End = 'doubtful' | 'running' | {at: number}

/** Judges by the times in the lines, because they arrive in any order. Lines from before the release are of other restarts. */
export function endOf(names: readonly string[], since: number, all: Iterable<Happening>): End {
  const happenings = [...new Map([...all].map(each => [each.key, each])).values()]
  if (happenings.some(each => each.at >= since - HIDDEN_MS && isStrange(each, names, since))) return 'doubtful'
  const ends = names.map(name => endOfOne(happenings.filter(({at, dyno}) => dyno === name && at >= since)))
  if (ends.includes('doubtful')) return 'doubtful'
  const times = ends.flatMap(end => (typeof end === 'object' ? end.at : []))
  return times.length < ends.length ? 'running' : {at: Math.max(...times)}
}

/** A dyno that is not among the old ones, or was told to stop before our release, may still run. Dropped lines may tell of such a dyno. */
function isStrange({at, dyno, what}: Happening, names: readonly string[], since: number): boolean {
  if (what === 'gap') return true
  return what === 'sigterm' && !isOneOff(dyno.split('.')[0] ?? '') && (at < since || !names.includes(dyno))
}

/** The new dyno has the name of the old one. So a second line of a kind may be about either, and a crash prints an exit as well. */
function endOfOne(happenings: readonly Happening[]): End {
  const of = (what: Happening['what']) => happenings.filter(each => each.what === what)
  const [exit, ...exits] = of('exit')
  const [sigterm, ...sigterms] = of('sigterm')
  const [start, ...starts] = of('start')
  const [up, ...ups] = of('up')
  if (of('crash').length > 0 || of('restart').length > 2) return 'doubtful'
  if ([exits, sigterms, starts, ups].some(({length}) => length > 0)) return 'doubtful'
  if (start && up && up.at < start.at) return 'doubtful'
  if (!exit || !sigterm) return 'running'
  return exit.at < sigterm.at ? 'doubtful' : {at: exit.at}
}
