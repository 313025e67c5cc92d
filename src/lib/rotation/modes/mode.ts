import type {Next} from '../../errors.js'
import type {Plan} from '../planning/plan.js'
import type {SessionEnd} from '../report/session-end.js'
import type {Rotation} from '../rotation.js'
import type {Incoming} from '../state/records.js'
import type {RotationState} from '../state/state.js'
import {inPlace} from './in-place.js'
import {replace} from './replace.js'

export type OutgoingEnd = [status: null | number, isOver: boolean]

/** The differences between replacing an authorization and regenerating its token in place. */
export type Mode = {
  /** Next steps for a consumer in which somebody else has changed these keys. */
  afterForeignChange(rotation: Rotation, id: string, keys: readonly string[]): Next[]
  /** Compares scope and lifetime of the incoming token with the plan. */
  checkIncoming(rotation: Rotation, made: Incoming): void
  ended: string
  leftToDo(plan: Plan, state: RotationState): null | SessionEnd
  /** Called when the incoming token turns out to be dead or unknown. */
  onIncomingLost(rotation: Rotation, why: string): Promise<void>
  /** Asks Heroku whether the outgoing token has ended, without that token. */
  outgoingEnd(rotation: Rotation): Promise<OutgoingEnd>
  pivot: 'regenerate' | 'revoke'
  proofById: 'id' | 'shown'
  refuseRollback(rotation: Rotation): Promise<void>
  /** `now` says which token works where; `next` is what to type. */
  situation(plan: Plan, state: RotationState): {next: Next[]; now: string}
  /** The command to type when the incoming token is not as it was asked for. */
  wayOut(rotation: string): Next
}

export const modeOf = (plan: Pick<Plan, 'inPlace'>): Mode => (plan.inPlace ? inPlace : replace)
