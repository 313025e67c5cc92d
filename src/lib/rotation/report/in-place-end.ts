import type {Plan} from '../planning/plan.js'
import type {RotationState} from '../state/state.js'
import type {SessionEnd} from './session-end.js'

import {typed} from '../../text/shell-quote.js'
import {changedBy} from '../incoming/compare.js'

/** How to get a lifetime or a scope back that regenerating has changed; null where it kept both, or it is not over. */
export function inPlaceEnd(plan: Plan, {closed, incoming}: RotationState): null | SessionEnd {
  if (!plan.inPlace || closed !== 'completed' || !incoming) return null
  const changed = changedBy(incoming, plan)
  if (changed.length === 0) return null
  const {expiresIn, scope} = plan.incoming
  return {
    next: typed('heroku', 'authorizations:rotate', plan.outgoing.id, '--scope', scope.join(','), ...(expiresIn === null ? [] : ['--expires-in', String(expiresIn)])),
    told: `Regenerating changed more than the token: ${changed.join('; ')}. Only another authorization can have that again:`,
  }
}
