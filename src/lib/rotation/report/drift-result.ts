import type {Drift, DriftConsumer, DriftKey} from '../../inventory/drift.js'

type Issue = {description: string; id: string}

type Key = {
  /** Null where it is of none that this account lists, or where it is not known of which. */
  authorization: Issue | null
  /** `older` is another issue of the credential; `other` is no token. */
  holds: DriftKey['held']['is']
  key: string
  whole: boolean
}

/** The document that `verify --json` prints where no rotation is in flight. */
export type DriftResult = {
  api_calls: number
  /** `reason` says why it could not be reached; null where it was. */
  consumers: {id: string; keys: Key[]; kind: string; reason: null | string}[]
  /** `PLACE:KEY` of dead tokens of an unknown credential. */
  dead_elsewhere: string[]
  description: string
  drift: boolean
  /** Those that are alive, the right one first. */
  issues: Issue[]
  next: null | string
  right: Issue & {why: string}
  /** Null where the consumers were named. */
  scanned: null | {apps: number; pipelines: number}
  unreadable: {keys: string[]; place: string; reason: string}[]
}

export function driftResult(found: Drift, calls: number, next: null | string): DriftResult {
  const {consumers, isDrift, issues, name, scanned, strays} = found
  return {
    api_calls: calls,
    consumers: consumers.map(one => consumerOf(one)),
    dead_elsewhere: [...strays],
    description: name,
    drift: isDrift,
    issues: issues.map(one => issueOf(one)),
    next,
    right: {...issueOf(issues[0]), why: whyRight(found)},
    scanned: scanned && {apps: scanned.apps, pipelines: scanned.pipelines},
    unreadable: (scanned?.unread ?? []).map(({keys, name, why}) => ({keys: [...keys], place: name, reason: why})),
  }
}

export function whyRight({issues}: Pick<Drift, 'issues'>): string {
  return issues.length === 1 ? 'the only issue that is alive' : `the newest of ${issues.length} issues that are alive`
}

const issueOf = ({description, id}: Issue): Issue => ({description, id})

function consumerOf({id, keys, kind, why}: DriftConsumer): DriftResult['consumers'][number] {
  return {
    id,
    keys: keys.map(({held, isWhole, key}) => ({authorization: 'authorization' in held ? issueOf(held.authorization) : null, holds: held.is, key, whole: isWhole})),
    kind,
    reason: why,
  }
}
