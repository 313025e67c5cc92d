import type {Rotation} from '../rotation.js'
import {heroku, RotationError, toRollBack} from '../../errors.js'
import {isAlive} from '../../heroku/token-status.js'

/** Stops before anything more gets a token that Heroku refuses: somebody may have revoked the incoming token since it was tried. */
export async function refuseDead(rotation: Rotation): Promise<void> {
  const {context, plan, tokens: {incoming}} = rotation
  if (!plan.inPlace && incoming && !(await isAlive(context, incoming.token))) throw await dead(rotation)
}

export async function dead(rotation: Rotation): Promise<RotationError> {
  const {api, id, plan} = rotation
  if ((await api.authorization(plan.outgoing.id)) === null) return goneToo(rotation)
  return new RotationError('ROTATE_INCOMING_DEAD', `Heroku refuses the new token: ${isExpired(rotation) ? 'it has expired' : 'somebody has revoked it'}.`, {
    next: toRollBack(id),
    now: 'The old token still works. Whatever has the new one fails until you roll back.',
  })
}

export function isExpired({api, state: {incoming}}: Rotation): boolean {
  return typeof incoming?.expiresIn === 'number' && Date.parse(incoming.createdAt) + incoming.expiresIn * 1000 <= api.now
}

/** No token of the credential works any more, so there is neither a way on nor a way back. */
export function goneToo(rotation: Rotation): RotationError {
  const {plan, state: {incoming}} = rotation
  const made = `${plan.incoming.description} (${incoming?.id ?? 'not known'})`
  const happened = isExpired(rotation) ? `${made} has expired, and the old authorization is revoked.` : `Somebody has revoked ${made} too, after the old authorization.`
  return new RotationError('ROTATE_INCOMING_GONE', happened, {
    next: [
      heroku('authorizations:create', '--description', plan.name),
      {...heroku('authorizations:rotate', '--description', plan.name), note: 'To give the same apps a new token'},
    ],
    now: `No token of ${plan.name} works any more. The rotation has ended.`,
  })
}
