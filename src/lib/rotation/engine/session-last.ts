import type {Rotation} from '../rotation.js'

import {openJournals} from '../state/journals.js'
import {Tokens} from '../state/tokens.js'

/**
 * The rotations of this machine that could not go on as they are if the session ended: what they have sealed only
 * this session opens, and nobody but a consumer would know it.
 */
export async function othersThatNeedSession({context, id}: Rotation): Promise<string[]> {
  const names: string[] = []
  for (const {plan} of await openJournals(context)) {
    if (plan.rotation === id || plan.sessionIsOutgoing) continue
    const {complete, incoming, outgoing} = await Tokens.load(context, plan.rotation)
    if (complete && (incoming || outgoing)) names.push(plan.name)
  }

  return names
}
