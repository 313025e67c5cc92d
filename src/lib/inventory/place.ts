import type {Secret} from '../secrecy/secret.js'

import {matchesHint, showsEnough} from '../heroku/redaction.js'
import {HEROKU_TOKEN, UUID} from '../secrecy/shapes.js'

/** A value of a config var that is, or has within it, what may be a token of Heroku's. */
export type Sighted = {isWhole: boolean; token: Secret}

export type Sought = {
  /** What the API shows of the authorizations it lists. */
  hints: readonly (null | Secret)[]
  /** Tokens that are known in full. */
  known: readonly Secret[]
}

/** The whole value or, within a longer one, each token; none for a value that has nothing to do with a token. */
export function sight(key: string, value: Secret, {hints, known}: Sought): Sighted[] {
  const isKnown = known.some(token => token.equals(value))
  const within = isKnown ? [] : known.filter(token => value.includes(token))
  if (within.length > 0) return within.map(token => ({isWhole: false, token}))
  const isShaped = value.matches(HEROKU_TOKEN) || (value.matches(UUID) && isNamedAsToken(key))
  // A hint that shows little fits values that are no token at all.
  const isHinted = hints.some(hint => hint && showsEnough(hint) && matchesHint(value, hint))
  if (isKnown || isShaped || isHinted) return [{isWhole: true, token: value}]
  return value.parts(HEROKU_TOKEN).map(token => ({isWhole: false, token}))
}

/**
 * Tells by the key's name whether a UUID may be a token: an app's id or a client's secret is none, and neither is to be
 * sent to Heroku as one.
 */
function isNamedAsToken(key: string): boolean {
  return /HEROKU/i.test(key) && /(?:KEY|TOKEN|PASSWORD)$/i.test(key) && !/OAUTH|CLIENT|WEBHOOK/i.test(key)
}
