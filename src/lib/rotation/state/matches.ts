import type {Secret} from '../../secrecy/secret.js'
import type {Rotation} from '../rotation.js'

/**
 * Whether a value is the incoming token. Compares fingerprints where another session cannot open the sealed tokens: what the
 * API shows of two tokens may look alike.
 */
export function isIncoming({state, tokens}: Rotation, value: Secret): boolean {
  return value.equals(tokens.incoming?.token) || value.fingerprint === state.incoming?.fingerprint
}

export function isOutgoing({plan, tokens}: Rotation, value: Secret): boolean {
  return value.equals(tokens.outgoing) || value.fingerprint === plan.outgoing.fingerprint
}

/** Whether the incoming token can be told from others; where not, there is only what the API shows of it. */
export const knowsIncoming = ({state, tokens}: Rotation): boolean => tokens.incoming !== null || (state.incoming?.fingerprint ?? null) !== null
