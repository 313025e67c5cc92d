import type {Drift, KeyOwner} from '../../inventory/drift.js'
import {type Issue, issueOf, type KeyResult, keyResult, type Unreadable, unreadable} from './place-result.js'

/** The document that `verify --json` prints where no rotation is in flight. */
export type DriftResult = {
  api_calls: number
  /** `reason` says why a consumer could not be read. `older` is the token of another issue, `other` is no token. */
  consumers: {id: string; keys: KeyResult<KeyOwner['is']>[]; kind: string; reason: null | string}[]
  /** `PLACE:KEY` of dead tokens of an unknown credential. */
  dead_elsewhere: string[]
  description: string
  drift: boolean
  /** Living issues, the right one first. */
  issues: Issue[]
  next: null | string
  right: Issue & {why: string}
  /** Null where the consumers were named. */
  scanned: null | {apps: number; pipelines: number}
  unreadable: Unreadable[]
}

export function driftResult(drift: Drift, calls: number, next: null | string): DriftResult {
  const {consumers, isDrift, issues, name, scanned, strays} = drift
  return {
    api_calls: calls,
    consumers: consumers.map(({id, keys, kind, why}) => ({id, keys: keys.map(key => keyResult(key)), kind, reason: why})),
    dead_elsewhere: [...strays],
    description: name,
    drift: isDrift,
    issues: issues.map(issue => issueOf(issue)),
    next,
    right: {...issueOf(issues[0]), why: whyRight(drift)},
    scanned: scanned && {apps: scanned.apps, pipelines: scanned.pipelines},
    unreadable: (scanned?.unread ?? []).map(place => unreadable(place)),
  }
}

export function whyRight({issues}: Pick<Drift, 'issues'>): string {
  return issues.length === 1 ? 'the only one that works' : `the newest of ${issues.length} that work`
}
