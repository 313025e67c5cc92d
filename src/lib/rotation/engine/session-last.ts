import type {Rotation} from '../rotation.js'
import {heroku, RotationError} from '../../errors.js'
import {openJournals} from '../state/journals.js'
import {Tokens} from '../state/tokens.js'

export async function refuseBeforeOthers(rotation: Rotation): Promise<void> {
  const {context, plan, state} = rotation
  context.signal.throwIfAborted()
  // Once the DELETE was sent there is nothing to keep.
  if (state.pivotingAt !== null) return
  const others = await othersThatNeedSession(rotation)
  if (others.length === 0) return
  throw new RotationError('ROTATE_NOT_LAST', `You are logged in with the token of ${plan.name}, which is revoked last. ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} still open.`, {
    next: heroku('authorizations:rotate:resume', '--all'),
  })
}

/** Only this session opens the tokens that these rotations have sealed, so they could not go on without it. */
async function othersThatNeedSession({context, id}: Rotation): Promise<string[]> {
  const names: string[] = []
  for (const {plan} of await openJournals(context)) {
    if (plan.rotation === id || plan.sessionIsOutgoing) continue
    const {complete, incoming, outgoing} = await Tokens.load(context, plan.rotation)
    if (complete && (incoming || outgoing)) names.push(plan.name)
  }

  return names
}
