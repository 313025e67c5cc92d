import type {Plan, PlannedConsumer} from '../planning/plan.js'
import type {ConsumerState, RotationState} from '../state/state.js'
import {consumer} from '../../consumers/registry.js'
import {modeOf} from '../modes/mode.js'

export type Standing = {
  /** `held`: it had the old token when the rotation began. */
  consumers: {held: boolean; id: string; name: string; release: null | number; state: ConsumerState['status'] | 'pending'}[]
  /** The phase that runs, or in which the rotation has stopped. */
  during: null | string
  /** Why the rotation has stopped; null where nobody wrote that down. */
  reason: null | string
  /** Seconds since anything was recorded. */
  since: number
  works: 'both' | 'new' | 'old' | 'unknown'
}

/** Answers from the plan and the journal alone what is true now. */
export function standingOf(plan: Plan, state: RotationState, now: number): Standing {
  const {lastPhase} = state
  const last = lastPhase === null ? undefined : state.phases.get(lastPhase)
  return {
    consumers: plan.consumers.map(one => standing(one, state)),
    during: lastPhase,
    reason: last?.status === 'failed' ? (last.message ?? null) : null,
    since: Math.max(0, Math.round((now - (state.lastAt ?? now)) / 1000)),
    works: worksIn(plan, state),
  }
}

function standing({address, holds, id}: PlannedConsumer, {consumers}: RotationState): Standing['consumers'][number] {
  const one = consumers.get(id)
  return {held: Object.values(holds).includes('outgoing'), id, name: consumer(address).label, release: one?.release ?? null, state: one?.status ?? 'pending'}
}

function worksIn(plan: Plan, state: RotationState): Standing['works'] {
  if (state.phases.get(modeOf(plan).pivot)?.status === 'finished') return 'new'
  if (state.pivotingAt !== null) return 'unknown'
  return state.incoming === null ? 'old' : 'both'
}
