import type {Reads} from '../../heroku/platform-api.js'
import type {Rotation} from '../rotation.js'
import {RotationError, toRollBack} from '../../errors.js'
import {tokenStatus} from '../../heroku/token-status.js'
import {readBack} from '../delivery/read-back.js'
import {LastLook, refuseStragglers, refuseStrayKeys} from '../guards/last-look.js'

/** Revokes the outgoing authorization after a last look: nobody else holds its token, all consumers hold the incoming one, and Heroku serves it. */
export function revoke(rotations: readonly Rotation[]): ReadonlyMap<Rotation, Promise<string>> {
  const look = new LastLook(rotations)
  return new Map(rotations.map(rotation => [rotation, revokeAfter(rotation, look)]))
}

async function revokeAfter(rotation: Rotation, look: LastLook): Promise<string> {
  const {plan, state} = rotation
  // A process that died after the DELETE left nothing to guard.
  if (state.pivotingAt !== null && (await rotation.api.authorization(plan.outgoing.id)) === null) return plan.outgoing.id

  await refuseStragglers(rotation, look)
  // These reads come last, because nothing may come between them and the DELETE.
  const reads: Reads = new Map()
  const [status] = await Promise.all([
    tokenStatus(rotation.apiAsIncoming, plan.incoming.scope, rotation.everyone.flatMap(({consumer}) => consumer.apps)[0]),
    readBack(rotation, rotation.everyone, rotation.api.recording(reads)),
  ])
  await refuseStrayKeys(rotation, new Map([...rotation.reads, ...reads]))
  if (status === 401) {
    throw new RotationError('ROTATE_INCOMING_DEAD', 'Heroku refuses the new token: somebody has revoked it.', {next: toRollBack(rotation.id)})
  }

  // Recorded before each sending: after long repeats the last DELETE may still be under way when the first one no longer is.
  await rotation.apiAfterRevoke.revokeAuthorization(plan.outgoing.id, () => rotation.record({type: 'pivoting'}))
  return plan.outgoing.id
}
