import type {Account, Authorization} from '../../heroku/schemas.js'
import type {InspectedConsumer} from '../../inventory/inspect.js'
import type {Secret} from '../../secrecy/secret.js'
import type {Plan} from './plan.js'

/** What the world looked like when the plan was made. Holds tokens; the plan does not. */
export type Survey = {
  account: Account
  authorizations: readonly Authorization[]
  /** Calls that the account has left; null where Heroku does not tell. */
  callsLeft: null | number
  consumers: readonly InspectedConsumer[]
  discovery: NonNullable<Plan['discovery']>
  outgoing: Authorization
  /** Null where no consumer and no session told it. */
  outgoingToken: null | Secret
  /** False when Heroku refuses the outgoing token already; null when it is not known. */
  outgoingAlive: boolean | null
  sessionIsOutgoing: boolean
}
