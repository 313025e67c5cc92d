import type {Moment, Written} from '../../journal/journal.js'
import type {Drained, Incoming, Opened, Outcome, Proof, Record, Scanned} from './records.js'
import {type Plan, withConsumers} from '../planning/plan.js'
import {disarmed} from './disarmed.js'

type PhaseState = {
  /** Number of starts; more than one means that a process died or failed in the phase. */
  attempts: number
  /** What went wrong, where the phase has failed. */
  message?: string
  seconds: null | number
  status: 'failed' | 'finished' | 'started'
}

/** With the time of the last record, read backs aside. */
export type ConsumerState = Moment & {
  release: null | number
  stamp: null | string
  status: Extract<Record, {type: 'consumer'}>['status']
  /** Says what did not come up. */
  unwell?: string
}

export type RotationState = {
  closed: null | Outcome
  consumers: ReadonlyMap<string, ConsumerState>
  direction: 'back' | 'forward'
  /** How the old processes of each app ended, by the ID of the consumer. */
  drained: ReadonlyMap<string, Drained>
  incoming: Incoming | null
  /** Rolled back to an outgoing token that somebody else has revoked. */
  isOrphaned: boolean
  /** Time of the last record, in ms. */
  lastAt: null | number
  lastPhase: null | string
  /** Time when the loss of the last answer to a create was recorded; null where none was lost. */
  lostAt: Moment | null
  /** Time of the last restart of a consumer's processes. */
  lastRestartAt: Moment | null
  opened: (Opened & {at: number}) | null
  /** Time of the last sending of the pivot; null while the outgoing token cannot be dead. */
  pivotingAt: Moment | null
  phases: ReadonlyMap<string, PhaseState>
  probes: ReadonlyMap<string, string>
  proof: null | Proof
  scanned: null | Scanned
  /** Consumers whose dynos are not waited for, as a person has said. */
  skipsHealth: ReadonlySet<string>
  /** Consumers that were written and not seen restarted, also where the process died between the write and its answer. */
  touched: ReadonlySet<string>
}

/** True when no authorization was made or marked, so giving up leaves nothing behind. */
export function madeNothing(state: RotationState): boolean {
  return state.incoming === null && ['create', 'mark'].every(name => state.phases.get(name) === undefined)
}

export const isFinished = ({phases}: Pick<RotationState, 'phases'>, name: string): boolean => phases.get(name)?.status === 'finished'

/** Everything has the incoming token, and the rotation has stopped before the revoke, as `--no-revoke` asks. */
export const stopsBeforeRevoke = (state: RotationState): boolean =>
  state.direction === 'forward' && state.pivotingAt === null && isFinished(state, 'verify') && !state.phases.has('drain')

/** The rotation has nothing more to do with the consumer. */
export const isOut = (consumer: ConsumerState | undefined): boolean => consumer?.status === 'gone' || consumer?.status === 'left'

/** True once every process of the consumer was seen to run with the incoming token. */
export const runsWithIncoming = (state: RotationState, consumer: string): boolean => ['settled', 'verified'].includes(state.consumers.get(consumer)?.status ?? '')

/**
 * `seen`: the time by Heroku's clock when the last old dyno had ended. `waited`: seconds since the last restart.
 * Null for what is no app, was not restarted, or was not waited for.
 */
export function drainedOf({drained}: RotationState, consumer: string): null | {seen: string} | {waited: number} {
  const record = drained.get(consumer)
  if (!record) return null
  return record.seenAt === null ? {waited: record.seconds} : {seen: record.seenAt}
}

/** The state after the records, from the one before them: hundreds of consumers make thousands of records. */
export function fold(records: readonly Written<Record>[], from: null | RotationState = null): RotationState {
  const phases = new Map<string, PhaseState>(from?.phases)
  const consumers = new Map<string, ConsumerState>(from?.consumers)
  const drained = new Map<string, Drained>(from?.drained)
  const probes = new Map<string, string>(from?.probes)
  const skipsHealth = new Set<string>(from?.skipsHealth)
  const touched = new Set<string>(from?.touched)
  const state: RotationState = {
    closed: null,
    direction: 'forward',
    incoming: null,
    isOrphaned: false,
    lastAt: null,
    lastPhase: null,
    lastRestartAt: null,
    lostAt: null,
    opened: null,
    pivotingAt: null,
    proof: null,
    scanned: null,
    ...from,
    consumers,
    drained,
    phases,
    probes,
    skipsHealth,
    touched,
  }
  const amended = (change: (plan: Plan) => Plan) => (state.opened ? {opened: {...state.opened, plan: change(state.opened.plan)}} : {})
  const after = ({record, ...moment}: Written<Record>): Partial<RotationState> => {
    switch (record.type) {
    case 'opened':
      for (const each of workOf(record)) Object.assign(state, after({...moment, record: each}))
      return {lastPhase: null, opened: {...record, at: moment.at}}
    case 'phase': {
      const attempts = (phases.get(record.name)?.attempts ?? 0) + (record.status === 'started' ? 1 : 0)
      const said = record.status === 'failed' ? {message: record.message} : {}
      phases.set(record.name, {attempts, ...said, seconds: record.status === 'finished' ? record.seconds : null, status: record.status})
      return {lastPhase: record.name}
    }

    case 'consumer':
      if (record.status === 'writing' || record.status === 'restoring') drained.delete(record.id)
      return take(consumers, touched, {...moment, record}) ? {lastRestartAt: moment} : {}
    case 'drained':
      drained.set(record.id, record)
      return {}
    case 'incoming':
      return {incoming: record}
    case 'probe':
      probes.set(record.id, record.evidence)
      return {}
    case 'lost':
      return {lostAt: moment}
    case 'withdrawn':
      return {incoming: null}
    case 'proof':
      return {proof: record}
    case 'added':
      return amended(plan => withConsumers(plan, record.consumers, record.apps))
    case 'allowed':
      return amended(plan => ({...plan, discovery: record.discovery}))
    case 'skipped':
      for (const id of record.ids) skipsHealth.add(id)
      return {}
    case 'disarmed':
      // The world is asked what holds which token.
      for (const [id, consumer] of consumers) if (isOut(consumer)) consumers.set(id, {...consumer, status: 'changed'})
      for (const said of [drained, probes, skipsHealth]) said.clear()
      return amended(plan => disarmed(plan, record.misnamed))
    case 'scanned':
      return {scanned: record}
    case 'pivoting':
      return {pivotingAt: moment}
    case 'spared':
      return {pivotingAt: null}
    case 'orphaned':
      return {isOrphaned: true}
    case 'turned':
      return {direction: record.direction}
    case 'closed':
      return {closed: record.outcome}
    }
  }

  for (const written of records) Object.assign(state, {lastAt: written.at}, after(written))
  return state
}

/** True when the consumer has restarted: for this write, or for a write whose process died. */
function take(
  consumers: Map<string, ConsumerState>,
  touched: Set<string>,
  {record: {id, release, stamp, status, unwell, wrote}, ...moment}: Written<Extract<Record, {type: 'consumer'}>>,
): boolean {
  const before = consumers.get(id)
  const still = unwell ?? (status === 'verified' ? before?.unwell : undefined)
  const isIntent = status === 'writing' || status === 'restoring'
  if (wrote || (isIntent && before?.status === status)) touched.add(id)
  consumers.set(id, {
    // A read back says nothing new about the write.
    ...(before && status === 'verified' ? {at: before.at, ...(before.here === undefined ? {} : {here: before.here})} : moment),
    // A consumer that was found written already keeps the release that brought the value in.
    release: first(wrote || status === 'restored' ? [release, before?.release] : [before?.release, release]),
    stamp: first([stamp, before?.stamp]),
    status,
    ...(still === undefined ? {} : {unwell: still}),
  })
  return (status === 'settled' || status === 'restored') && touched.delete(id)
}

function first<T>(values: readonly (null | T | undefined)[]): null | T {
  return values.find(value => value !== null && value !== undefined) ?? null
}

/** A rotation that is taken over starts with the work of its first machine. */
function workOf({adopted}: Opened): Record[] {
  if (!adopted) return []
  return [
    ...['preflight', 'create'].flatMap((name): Record[] => [{name, status: 'started', type: 'phase'}, {name, seconds: 0, status: 'finished', type: 'phase'}]),
    {...adopted.incoming, type: 'incoming'},
    ...adopted.written.map((id): Record => ({id, release: null, stamp: null, status: 'writing', type: 'consumer', wrote: true})),
  ]
}
