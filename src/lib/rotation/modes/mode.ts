import type {Plan} from '../planning/plan.js'
import type {SessionEnd} from '../report/session-end.js'
import type {Rotation} from '../rotation.js'
import type {Incoming} from '../state/records.js'
import type {RotationState} from '../state/state.js'

import {inPlace} from './in-place.js'
import {replace} from './replace.js'

/** The state of things after a failure: which token works where, and what to type next. */
export type Situation = {next: string[]; now: string}

/** The status that the outgoing side answered, null where no status tells, and whether its token has ended. */
export type OutgoingEnd = [status: null | number, isOver: boolean]

/** The differences between replacing an authorization and regenerating its token in place; each has its table in phases.ts. */
export type Mode = {
  /** Ways on for a consumer that somebody else has changed in these keys. */
  afterForeignChange(rotation: Rotation, id: string, keys: readonly string[]): string[]
  /** Compares scope and lifetime of the incoming token with the plan. */
  checkIncoming(rotation: Rotation, made: Incoming): void
  /** The end of the outgoing token, in words. */
  ended: string
  /** What is left for the person once the rotation has ended; null for nothing. */
  leftToDo(plan: Plan, state: RotationState): null | SessionEnd
  /** Called when the incoming token turns out to be dead or unknown. */
  onIncomingLost(rotation: Rotation, why: string): Promise<void>
  /** Asks Heroku whether the outgoing token has ended, without that token. */
  outgoingEnd(rotation: Rotation): Promise<OutgoingEnd>
  pivot: 'regenerate' | 'revoke'
  /** The record of a proof without the outgoing token. */
  proofById: 'id' | 'shown'
  /** Refuses a rollback that would give consumers a dead token back. */
  refuseRollback(rotation: Rotation): Promise<void>
  situation(plan: Plan, state: RotationState): Situation
  /** The command after an incoming token that is not as it was asked for. */
  wayOut: 'resume' | 'rollback'
}

export const modeOf = (plan: Pick<Plan, 'inPlace'>): Mode => (plan.inPlace ? inPlace : replace)
