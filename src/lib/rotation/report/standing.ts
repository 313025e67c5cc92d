import type {Plan, PlannedConsumer} from '../planning/plan.js'
import {consumer} from '../../consumers/registry.js'
import {modeOf} from '../modes/mode.js'
import {type ConsumerState, isFinished, type RotationState} from '../state/state.js'

export type Standing = ReturnType<typeof standingOf>

/** Answers from the plan and the journal alone what is true now. */
export function standingOf(plan: Plan, state: RotationState, now: number) {
  const {lastPhase} = state
  const last = lastPhase === null ? undefined : state.phases.get(lastPhase)
  return {
    consumers: plan.consumers.map(one => standing(one, state)),
    /** The phase that runs, or in which the rotation has stopped. */
    during: lastPhase,
    isOver: last?.status === 'finished',
    /** Why the rotation has stopped; null where nobody wrote that down. */
    reason: last?.message ?? null,
    /** Seconds since anything was recorded. */
    since: Math.max(0, Math.round((now - (state.lastAt ?? now)) / 1000)),
    works: worksIn(plan, state),
  }
}

function standing({address, holds, id}: PlannedConsumer, {consumers}: RotationState) {
  const one = consumers.get(id)
  const state: 'pending' | ConsumerState['status'] = one?.status ?? 'pending'
  // Held: it had the old token when the rotation began.
  return {held: Object.values(holds).includes('outgoing'), id, name: consumer(address).label, release: one?.release ?? null, state}
}

function worksIn(plan: Plan, state: RotationState): 'both' | 'new' | 'old' | 'unknown' {
  if (isFinished(state, modeOf(plan).pivot)) return 'new'
  if (state.pivotingAt !== null) return 'unknown'
  return state.incoming === null ? 'old' : 'both'
}
