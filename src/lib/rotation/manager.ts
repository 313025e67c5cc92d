import type {PlatformApi} from '../heroku/platform-api.js'
import type {Rotation} from './rotation.js'

import {RotationError} from '../errors.js'

/** The API as a token that goes on working: the session, or the incoming one where the session is being revoked. */
export function manager(rotation: Rotation): PlatformApi {
  return rotation.state.pivotingAt === null ? rotation.context.api : survivor(rotation)
}

/** The same, as it is from the revoke on. */
export function survivor(rotation: Rotation): PlatformApi {
  const {context, plan, tokens} = rotation
  return plan.sessionIsOutgoing && context.session.equals(tokens.outgoing) ? asIncoming(rotation) : context.api
}

export function asIncoming(rotation: Rotation): PlatformApi {
  return rotation.context.api.as(incomingOf(rotation).token)
}

export function incomingOf({id, plan, tokens}: Rotation) {
  if (tokens.incoming) return tokens.incoming
  throw new RotationError('ROTATE_INCOMING_UNKNOWN', `The incoming token of rotation ${id} is not known here: no consumer holds it, and what was sealed belongs to another session.`, {
    exit: 'incomplete',
    next: [`heroku authorizations:rotate:rollback --rotation ${id}`],
    now: `The outgoing token of ${plan.name} still works wherever it is held.`,
  })
}
