import type {Secret} from '../../secrecy/secret.js'
import type {Rotation} from '../rotation.js'

/** Compares fingerprints where another session cannot open the sealed tokens, because the API may show two tokens alike. */
export function isIncoming({state, tokens}: Rotation, value: Secret): boolean {
  return value.equals(tokens.incoming?.token) || value.fingerprint === state.incoming?.fingerprint
}

export function isOutgoing({plan, tokens}: Rotation, value: Secret): boolean {
  return value.equals(tokens.outgoing) || value.fingerprint === plan.outgoing.fingerprint
}

/** False where only the redacted form of the incoming token is known. */
export const knowsIncoming = ({state, tokens}: Rotation): boolean => tokens.incoming !== null || (state.incoming?.fingerprint ?? null) !== null
