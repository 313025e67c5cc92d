import type {Rotation} from '../rotation.js'

import {isAlive} from '../../inventory/inspect.js'
import {fromStoreOn, journaled, reopen} from './reopen.js'

/** In place, an incoming token that is dead or lost leaves one way: it is regenerated once more, and everybody is written again. */
export async function startOver(rotation: Rotation, message: string): Promise<void> {
  await reopen(journaled(rotation), ['regenerate', 'validate', ...fromStoreOn], {code: 'ROTATE_START_OVER', message})
}

/** Somebody may have regenerated it since an earlier process did. */
export async function startOverWhereDead(rotation: Rotation): Promise<void> {
  const {context, plan, state, survey, tokens} = rotation
  if (!plan.inPlace || survey !== null || state.pivotingAt === null || tokens.incoming === null) return
  if (!(await isAlive(context, tokens.incoming.token))) await startOver(rotation, 'the incoming token is refused')
}
