import type {Rotation} from '../rotation.js'

import {allEnded} from '../engine/all-ended.js'
import {writeEvidence} from '../report/evidence.js'
import {sweepLate} from './create.js'

/** Takes the mark off the description, and leaves the evidence; what was sealed is destroyed as the journal is closed. */
export async function finish(rotation: Rotation): Promise<string> {
  const {context, plan, state} = rotation
  // Its token is not needed any more: nobody may hold it, and a later session cannot open the sealed one.
  const {id} = state.incoming ?? rotation.requireIncoming()
  // A create that was given up may have been applied after we had looked for it.
  const [, isThere] = await allEnded([sweepLate(rotation, id), rotation.api.describeAuthorization(id, plan.incoming.description)])
  if (!isThere) context.report({text: `${plan.incoming.description} (${id}) was revoked meanwhile, by somebody else or by a later rotation`, type: 'warning'})
  await writeEvidence(rotation, 'completed')
  return plan.incoming.description
}
