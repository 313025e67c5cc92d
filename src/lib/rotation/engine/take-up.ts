import type {Rotation} from '../rotation.js'
import {parseDescription} from '../../credentials/description.js'
import {heroku, RotationError} from '../../errors.js'
import {isPlatformError} from '../../heroku/platform-error.js'
import {isAlive} from '../../heroku/token-status.js'
import {unless} from '../../system/system-error.js'
import {older} from '../guards/refuse-rollback.js'
import {modeOf} from '../modes/mode.js'
import {recoverTokens} from './recover-tokens.js'

export async function takeUp(rotation: Rotation): Promise<void> {
  await refuseOtherAccount(rotation)
  await refuseOlder(rotation)
  await recoverTokens(rotation)
  await startOverWhereDead(rotation)
}

/** The process that planned has read the account already; a later process may run in another session. */
async function refuseOtherAccount(rotation: Rotation): Promise<void> {
  const {context, plan, survey} = rotation
  if (survey !== null) return
  // A session of narrow scope may not read its account, and a session that is the outgoing token may be dead.
  const isExpected = (error: unknown) => isPlatformError(error, 403) || (isPlatformError(error, 401) && context.session.equals(rotation.tokens.outgoing))
  const account = await unless(isExpected, plan.account, rotation.api.account())
  if (account.id === plan.account.id) return
  throw new RotationError('ROTATE_OTHER_ACCOUNT', `You are logged in as ${account.email}, but ${plan.account.email} started this rotation.`, {
    exit: 'incomplete',
    next: heroku('login'),
  })
}

/**
 * A journal that was restored from before the rotation had made anything. Gone on with, it would make another authorization, and
 * revoke the one that everything may use by now. The intent to make one is in the journal before anything is made.
 */
async function refuseOlder(rotation: Rotation): Promise<void> {
  const {api, id, state, survey} = rotation
  if (survey !== null || ['create', 'mark'].some(name => state.phases.has(name))) return
  const made = (await api.authorizations()).find(({description}) => parseDescription(description).mark === id)
  if (made) throw older(rotation, made)
}

/** Somebody may have regenerated the token since an earlier process of this rotation did. */
async function startOverWhereDead(rotation: Rotation): Promise<void> {
  const {context, plan, state, survey, tokens} = rotation
  if (!plan.inPlace || survey !== null || state.pivotingAt === null || tokens.incoming === null) return
  if (!(await isAlive(context, tokens.incoming.token))) await modeOf(plan).onIncomingLost(rotation, 'Heroku refuses the new token')
}
