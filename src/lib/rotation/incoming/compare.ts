import type {Authorization} from '../../heroku/schemas.js'
import type {Plan} from '../planning/plan.js'

import {sameScope} from '../../heroku/scopes.js'
import {age} from '../../text/duration.js'

/** Seconds that a lifetime may be told shorter by without having been shortened. */
const TOLERANCE = 300

/** What Heroku changed beside the token; empty where it kept scope and lifetime. */
export function changedBy({expiresIn, scope}: Pick<Authorization, 'expiresIn' | 'scope'>, {outgoing}: Plan): string[] {
  const isShorter = expiresIn !== null && (outgoing.expiresIn === null || expiresIn < outgoing.expiresIn - TOLERANCE)
  return [
    ...(isShorter ? [`it expires in ${age(expiresIn * 1000)}, and before it ${outgoing.expiresIn === null ? 'never expired' : `had ${age(outgoing.expiresIn * 1000)} left`}`] : []),
    ...(sameScope(scope, outgoing.scope) ? [] : [`its scope is ${scope.join(', ') || 'none'}, and was ${outgoing.scope.join(', ')}`]),
  ]
}
