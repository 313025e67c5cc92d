import type {Rotation} from '../rotation.js'

import {RotationError} from '../../errors.js'
import {isPlatformError} from '../../heroku/platform-error.js'
import {recoverTokens} from './recover-tokens.js'
import {startOverWhereDead} from './start-over.js'

/** Makes a rotation that an earlier process may have left ready to go on: the account is the same, its tokens are known. */
export async function takeUp(rotation: Rotation): Promise<void> {
  await refuseOtherAccount(rotation)
  await recoverTokens(rotation)
  await startOverWhereDead(rotation)
}

/** A later process may have another session; the one that planned has asked already. */
async function refuseOtherAccount(rotation: Rotation): Promise<void> {
  const {context, plan, survey} = rotation
  if (survey !== null) return
  try {
    const {email, id} = await rotation.api.account()
    if (id === plan.account.id) return
    throw new RotationError('ROTATE_OTHER_ACCOUNT', `The session belongs to ${email}; the rotation was started by ${plan.account.email}.`, {
      exit: 'incomplete',
      next: 'heroku login',
    })
  } catch (error) {
    // A session of narrow scope may not ask; and one that is the outgoing token may have ended with it.
    if (!isPlatformError(error, 403) && !(isPlatformError(error, 401) && context.session.equals(rotation.tokens.outgoing))) throw error
  }
}
