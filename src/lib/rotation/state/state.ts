import type {Written} from '../../journal/journal.js'
import type {Incoming, Opened, Outcome, Proof, Record, Scanned} from './records.js'

import {withConsumers} from '../planning/plan.js'

export type PhaseState = {
  /** How often it was started: more than once means that a process died or failed in it. */
  attempts: number
  seconds: null | number
  status: 'failed' | 'finished' | 'started'
}

export type ConsumerState = {
  /** When it was last written about, in ms. */
  at: number
  release: null | number
  stamp: null | string
  status: 'restored' | 'restoring' | 'settled' | 'untouched' | 'verified' | 'writing' | 'written'
}

export type RotationState = {
  closed: null | Outcome
  consumers: ReadonlyMap<string, ConsumerState>
  direction: 'back' | 'forward'
  incoming: Incoming | null
  /** When a create was sent whose answer never came, in ms; null where each one is accounted for. */
  lostAt: null | number
  /** When a consumer's processes were last restarted, in ms; null when none was. */
  lastRestartAt: null | number
  opened: (Opened & {at: number}) | null
  /** When the outgoing token may have been ended, in ms; null while it cannot have been. */
  pivotingAt: null | number
  phases: ReadonlyMap<string, PhaseState>
  /** What each probe that was passed had seen. */
  probes: ReadonlyMap<string, string>
  proof: null | Proof
  /** The last look at what the rotation does not write. */
  scanned: null | Scanned
}

/** Whether no authorization was made, so that giving up leaves nothing behind. */
export function madeNothing(state: RotationState): boolean {
  return state.incoming === null && ['create', 'mark'].every(name => state.phases.get(name) === undefined)
}

/** Whether every process of the consumer was seen to run with the incoming token. */
export const runsWithIncoming = (state: RotationState, consumer: string): boolean => ['settled', 'verified'].includes(state.consumers.get(consumer)?.status ?? '')

/** The journal, read as the state of its rotation. */
export function fold(records: readonly Written<Record>[]): RotationState {
  const phases = new Map<string, PhaseState>()
  const consumers = new Map<string, ConsumerState>()
  const probes = new Map<string, string>()
  // Also those whose process died between the write and its answer.
  const touched = new Set<string>()
  let state: RotationState = {
    closed: null,
    consumers,
    direction: 'forward',
    incoming: null,
    lastRestartAt: null,
    lostAt: null,
    opened: null,
    phases,
    pivotingAt: null,
    probes,
    proof: null,
    scanned: null,
  }
  for (const {at, record} of records) {
    switch (record.type) {
    case 'opened': {
      state = {...state, opened: {...record, at}, ...adopted(record, at, phases, consumers, touched)}
      break
    }

    case 'phase': {
      const before = phases.get(record.name)
      const attempts = (before?.attempts ?? 0) + (record.status === 'started' ? 1 : 0)
      phases.set(record.name, {attempts, seconds: record.status === 'finished' ? record.seconds : null, status: record.status})
      break
    }

    case 'consumer': {
      if (take(consumers, touched, {at, record})) state = {...state, lastRestartAt: at}
      break
    }

    case 'incoming': {
      state = {...state, incoming: record}
      break
    }

    case 'probe': {
      probes.set(record.id, record.evidence)
      break
    }

    case 'lost': {
      state = {...state, lostAt: at}
      break
    }

    case 'withdrawn': {
      state = {...state, incoming: null}
      break
    }

    case 'proof': {
      state = {...state, proof: record}
      break
    }

    case 'added': {
      if (state.opened) state = {...state, opened: {...state.opened, plan: withConsumers(state.opened.plan, record.consumers)}}
      break
    }

    case 'scanned': {
      state = {...state, scanned: record}
      break
    }

    case 'pivoting': {
      state = {...state, pivotingAt: at}
      break
    }

    case 'spared': {
      state = {...state, pivotingAt: null}
      break
    }

    case 'turned': {
      state = {...state, direction: record.direction}
      break
    }

    case 'closed': {
      state = {...state, closed: record.outcome}
      break
    }
    }
  }

  return state
}

/** Whether the record says that processes of the consumer were restarted, just now or by a process that died. */
function take(
  consumers: Map<string, ConsumerState>,
  touched: Set<string>,
  {at, record: {id, release, stamp, status, wrote}}: Written<Extract<Record, {type: 'consumer'}>>,
): boolean {
  const before = consumers.get(id)
  const isIntent = status === 'writing' || status === 'restoring'
  if (wrote || (isIntent && before?.status === status)) touched.add(id)
  consumers.set(id, {
    // A read back says nothing new about the write.
    at: before && status === 'verified' ? before.at : at,
    // Where it was found written already, the release that brought it in stays the one that is known.
    release: first(wrote || status === 'restored' ? [release, before?.release] : [before?.release, release]),
    stamp: first([stamp, before?.stamp]),
    status,
  })
  return (status === 'settled' || status === 'restored') && touched.delete(id)
}

function first<T>(values: readonly (null | T | undefined)[]): null | T {
  return values.find(value => value !== null && value !== undefined) ?? null
}

/** A rotation that was taken over starts with what its first machine had done. */
function adopted(
  {adopted: found}: Opened,
  at: number,
  phases: Map<string, PhaseState>,
  consumers: Map<string, ConsumerState>,
  touched: Set<string>,
): Partial<RotationState> {
  if (!found) return {}
  for (const name of ['preflight', 'create']) phases.set(name, {attempts: 1, seconds: 0, status: 'finished'})
  for (const id of found.written) {
    touched.add(id)
    consumers.set(id, {at, release: null, stamp: null, status: 'writing'})
  }

  return {incoming: {...found.incoming, type: 'incoming'}}
}
