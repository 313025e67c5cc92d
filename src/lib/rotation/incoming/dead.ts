import type {Rotation} from '../rotation.js'
import {RotationError, toRollBack} from '../../errors.js'
import {isAlive} from '../../heroku/token-status.js'

/** Stops before anything more gets a token that Heroku refuses: somebody may have revoked the incoming token since it was tried. */
export async function refuseDead(rotation: Rotation): Promise<void> {
  const {context, plan, tokens: {incoming}} = rotation
  if (!plan.inPlace && incoming && !(await isAlive(context, incoming.token))) throw dead(rotation)
}

export function dead({api, id, state: {incoming}}: Rotation): RotationError {
  const isExpired = typeof incoming?.expiresIn === 'number' && Date.parse(incoming.createdAt) + incoming.expiresIn * 1000 <= api.now
  return new RotationError('ROTATE_INCOMING_DEAD', `Heroku refuses the new token: ${isExpired ? 'it has expired' : 'somebody has revoked it'}.`, {
    next: toRollBack(id),
    now: 'The old token still works. Whatever has the new one fails until you roll back.',
  })
}
