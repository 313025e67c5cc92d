import type {Rotation} from '../rotation.js'
import {allEnded} from '../engine/step.js'
import {sweepLate} from '../incoming/sweep.js'
import {writeEvidence} from '../report/audit-entry.js'

/** Takes the mark off the description and writes the audit entry; the sealed tokens are destroyed when the journal is closed. */
export async function finish(rotation: Rotation): Promise<string> {
  const {context, plan, state} = rotation
  // Only the ID is needed here, because a later session cannot open the sealed token.
  const {id} = state.incoming ?? rotation.requireIncoming()
  // A create that was given up may have been carried out after the last look for strays; whether another machine gave one up is not known here.
  const isUnsure = state.lostAt !== null || Boolean(state.opened?.adopted)
  const [isThere] = await allEnded([rotation.api.describeAuthorization(id, plan.incoming.description), isUnsure ? sweepLate(rotation, id) : []])
  if (!isThere) context.report({text: `${plan.incoming.description} (${id}) is gone: somebody else, or a later rotation, has revoked it`, type: 'warning'})
  await writeEvidence(rotation, 'completed')
  return plan.incoming.description
}
