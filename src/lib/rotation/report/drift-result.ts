import type {Drift} from '../../inventory/drift.js'
import {issueOf, keyResult, unreadable} from './place-result.js'

/** The document that `verify --json` prints where no rotation is in flight. */
export type DriftResult = ReturnType<typeof driftResult>

export function driftResult(drift: Drift, calls: number, next: null | string) {
  const {consumers, isDrift, issues, name, scanned, strays} = drift
  return {
    api_calls: calls,
    /** `reason` says why a consumer could not be read. Of what keys hold, `older` is the token of another issue, `other` is no token. */
    consumers: consumers.map(({id, keys, kind, why}) => ({id, keys: keys.map(key => keyResult(key)), kind, reason: why})),
    /** `PLACE:KEY` of dead tokens of an unknown credential. */
    dead_elsewhere: [...strays],
    description: name,
    drift: isDrift,
    /** Living issues, the right one first. */
    issues: issues.map(issue => issueOf(issue)),
    next,
    right: {...issueOf(issues[0]), why: whyRight(drift)},
    /** Null where the consumers were named. */
    scanned: scanned && {apps: scanned.apps, pipelines: scanned.pipelines},
    unreadable: (scanned?.unread ?? []).map(place => unreadable(place)),
  }
}

export function whyRight({issues}: Pick<Drift, 'issues'>): string {
  return issues.length === 1 ? 'the only one that works' : `the newest of ${issues.length} that work`
}
