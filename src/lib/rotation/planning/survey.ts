import type {Reads} from '../../heroku/platform-api.js'
import type {Account, Authorization} from '../../heroku/schemas.js'
import type {InspectedConsumer} from '../../inventory/inspect.js'
import type {Secret} from '../../secrecy/secret.js'
import type {Discovery} from './plan.js'

/** The readings that a plan was made from. A survey holds tokens, and a plan does not. */
export type Survey = {
  account: Account
  authorizations: readonly Authorization[]
  callsLeft: null | number
  consumers: readonly InspectedConsumer[]
  discovery: Discovery
  outgoing: Authorization
  /** Null where neither a consumer nor the session told the token. */
  outgoingToken: null | Secret
  /** Null when the outgoing token is not known. */
  outgoingAlive: boolean | null
  /** Config vars of the apps that were read. */
  reads: Reads
  sessionIsOutgoing: boolean
}
