import {isDeepStrictEqual} from 'node:util'
import type {Reads} from '../../heroku/platform-api.js'
import type {Rotation} from '../rotation.js'
import {isPlatformError, isUnapplied} from '../../heroku/platform-error.js'
import {canReadConfig} from '../../heroku/scopes.js'
import {isAlive, tokenStatus} from '../../heroku/token-status.js'
import {readBack} from '../delivery/read-back.js'
import {LastLook, refuseStragglers, refuseStrayKeys} from '../guards/last-look.js'
import {dead} from '../incoming/dead.js'

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
  await lastRead(rotation, reads)
  await refuseStrayKeys(rotation, new Map([...rotation.reads, ...reads]))

  if (plan.discovery && !isDeepStrictEqual(plan.discovery, state.opened?.plan.discovery)) await rotation.record({discovery: plan.discovery, type: 'allowed'})
  // Recorded before each sending: after long repeats the last DELETE may still be under way when the first one no longer is.
  try {
    await rotation.apiAfterRevoke.revokeAuthorization(plan.outgoing.id, () => rotation.record({type: 'pivoting'}))
  } catch (error) {
    // No DELETE is under way where the only one was refused, so the way back stays open.
    if (state.pivotingAt === null && isUnapplied(error)) await rotation.record({type: 'spared'})
    throw error
  }

  return plan.outgoing.id
}

/** The first app is read as the incoming token, which shows that Heroku still serves that token; where that cannot be, the token is asked for by itself. */
async function lastRead(rotation: Rotation, reads: Reads): Promise<void> {
  const {context, everyone, plan: {incoming: {scope}}, savesCalls} = rotation
  const first = everyone.find(({consumer}) => consumer.apps.length > 0)
  const shown = !savesCalls && canReadConfig(scope) ? first : undefined
  const [login, asIncoming] = [rotation.api.recording(reads), rotation.apiAsIncoming.recording(reads)]
  try {
    const [status] = await Promise.all([
      shown ? 200 : tokenStatus(rotation.apiAsIncoming, scope, first?.consumer.apps[0]),
      readBack(rotation, everyone, bound => (bound === shown ? asIncoming : login)),
    ])
    if (status === 401) throw await dead(rotation)
  } catch (error) {
    throw isPlatformError(error, 401) && !(await isAlive(context, rotation.requireIncoming().token)) ? await dead(rotation) : error
  }
}
