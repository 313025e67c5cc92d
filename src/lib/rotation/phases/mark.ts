import type {Authorization} from '../../heroku/schemas.js'
import type {Rotation} from '../rotation.js'
import {marked, parseDescription} from '../../credentials/description.js'
import {heroku, refused, RotationError, todo} from '../../errors.js'
import {matchesRedacted} from '../../heroku/redaction.js'

/** Marks the outgoing authorization itself, so that other machines see the rotation. */
export async function mark(rotation: Rotation): Promise<string> {
  const {id, plan} = rotation
  const before = await marking(rotation)
  if (before.mark !== null && before.mark !== id) throw overtaken(rotation, before.mark)
  refuseRegenerated(rotation, before.token)
  await rotation.api.describeAuthorization(plan.outgoing.id, marked(plan.incoming.description, id))
  // When two rotations mark it at the same time, the later mark stands and the earlier rotation stops.
  const after = await marking(rotation)
  if (after.mark !== id) throw overtaken(rotation, after.mark)
  return after.description
}

/** The undo: gives the outgoing authorization its description back. */
export async function unmark(rotation: Rotation): Promise<string> {
  const {id, plan} = rotation
  const {mark: found} = await marking(rotation)
  if (found === id) await rotation.api.describeAuthorization(plan.outgoing.id, plan.incoming.description)
  return plan.incoming.description
}

export async function marking(rotation: Rotation): Promise<Pick<Authorization, 'description' | 'token'> & {mark: null | string}> {
  const {plan} = rotation
  const found = await rotation.api.authorization(plan.outgoing.id)
  if (!found) throw refused('ROTATE_NO_AUTHORIZATION', `The authorization ${plan.outgoing.id} is gone: somebody revoked it.`, heroku('authorizations'))
  return {description: found.description, mark: parseDescription(found.description).mark, token: found.token}
}

/** Whoever regenerated it since it was planned has given everybody another token, which this rotation would take for a stranger's. */
function refuseRegenerated({plan: {outgoing}, state, tokens}: Rotation, shown: Authorization['token']): void {
  if (state.pivotingAt !== null || !shown || !tokens.outgoing || matchesRedacted(tokens.outgoing, shown)) return
  throw refused('ROTATE_ROTATED_MEANWHILE', `${outgoing.description} (${outgoing.id}) has another token since this rotation was planned: somebody else has regenerated it.`, [
    heroku('authorizations:rotate', outgoing.id, '--dry-run'),
  ])
}

function overtaken({plan}: Rotation, rival: null | string): RotationError {
  const why = rival === null ? `${plan.outgoing.description} has another description now: somebody else has just changed it.` : `Rotation ${rival} of ${plan.name} is open already.`
  return refused('ROTATE_IN_FLIGHT', why, [
    todo('Wait for it to end.'),
    heroku('authorizations:rotate:status'),
  ])
}
