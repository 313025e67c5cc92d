import type {Authorization} from '../../heroku/schemas.js'
import type {Plan} from '../planning/plan.js'
import type {Rotation} from '../rotation.js'
import {type Next, RotationError} from '../../errors.js'
import {sameScope} from '../../heroku/scopes.js'
import {age} from '../../text/duration.js'

/** Seconds that may pass between Heroku's making a token and its telling the lifetime. */
const TOLERANCE = 300

export function changedBy({expiresIn, scope}: Pick<Authorization, 'expiresIn' | 'scope'>, {outgoing}: Plan): string[] {
  const isShorter = expiresIn !== null && (outgoing.expiresIn === null || expiresIn < outgoing.expiresIn - TOLERANCE)
  return [
    ...(isShorter ? [`it expires in ${age(expiresIn * 1000)}, and before it ${outgoing.expiresIn === null ? 'never expired' : `had ${age(outgoing.expiresIn * 1000)} left`}`] : []),
    ...(sameScope(scope, outgoing.scope) ? [] : [`its scope is ${scope.join(', ') || 'none'}, and was ${outgoing.scope.join(', ') || 'none'}`]),
  ]
}

export function expiresAsAsked(made: null | number, asked: null | number): boolean {
  if (made === null || asked === null) return made === asked
  return Math.abs(made - asked) <= TOLERANCE
}

export function invalidIncoming({id}: Rotation, why: string, wayOut: (rotation: string) => Next): RotationError {
  return new RotationError('ROTATE_INVALID', `The new token ${why}.`, {next: wayOut(id)})
}
