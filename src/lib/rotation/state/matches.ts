import type {Rotation} from '../rotation.js'
import {holdsToken, replaceToken} from '../../secrecy/occurrences.js'
import {Secret} from '../../secrecy/secret.js'
import {HEROKU_TOKEN, UUID} from '../../secrecy/shapes.js'

type Known = {fingerprint: null | string; token: null | Secret}

type Held = null | Secret | undefined

export const isIncoming = (rotation: Rotation, value: Held): boolean => tokenIn(value, incomingOf(rotation)) !== null

export const isOutgoing = (rotation: Rotation, value: Held): boolean => tokenIn(value, outgoingOf(rotation)) !== null

/** False where only the redacted form of the incoming token is known. */
export const knowsIncoming = ({state, tokens}: Rotation): boolean => tokens.incoming !== null || (state.incoming?.fingerprint ?? null) !== null

/**
 * Fits a value into what its key holds. Of a longer value only the token changes, so that what somebody has edited around it
 * stays. A key that held another value, or nothing, is given that back.
 */
export function fitted(rotation: Rotation, {held, isBack, value}: {held: null | Secret; isBack: boolean; value: null | Secret}): null | Secret {
  if (!held || !value) return value
  const [from, to] = isBack ? [incomingOf(rotation), outgoingOf(rotation)] : [outgoingOf(rotation), incomingOf(rotation)]
  const fresh = tokenIn(value, to)
  if (!fresh) return value
  const old = tokenIn(held, from)
  if (old) return replaceToken(held, old, fresh).value
  return tokenIn(held, to) ? held : value
}

const incomingOf = ({state, tokens}: Rotation): Known => ({fingerprint: state.incoming?.fingerprint ?? null, token: tokens.incoming?.token ?? null})

const outgoingOf = ({plan, tokens}: Rotation): Known => ({fingerprint: plan.outgoing.fingerprint, token: tokens.outgoing})

/** Goes by the fingerprint where another session cannot open the sealed tokens: the API may show two tokens alike. */
function tokenIn(value: Held, {fingerprint, token}: Known): null | Secret {
  if (!value) return null
  if (token) return holdsToken(value, token) ? token : null
  return [value, ...value.parts(HEROKU_TOKEN), ...value.parts(UUID)].find(part => part.fingerprint === fingerprint) ?? null
}
