/** Law: whether a call may be sent twice is said where the call is written. */
import type {CallRequest} from '../../src/lib/heroku/transport.js'

type Unsaid = Omit<CallRequest, 'repeatable'>

export function send(request: Unsaid): CallRequest {
  // @ts-expect-error nobody said whether it may be repeated
  return request
}
