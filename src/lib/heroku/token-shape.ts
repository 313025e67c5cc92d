import {Secret} from '../secrecy/secret.js'
import {matchesHint} from './redaction.js'

const WHOLE = /^HRKU-[\w-]{20,}$/
const WITHIN = /HRKU-[\w-]{20,}/g
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** A value of a config var that is, or has within it, what may be a token of Heroku's. */
export type Sighted = {isWhole: boolean; token: Secret}

export type Sought = {
  /** What the API shows of the authorizations it lists. */
  hints: readonly (null | Secret)[]
  /** Tokens that are known in full. */
  known: readonly Secret[]
}

/**
 * Old tokens are bare UUIDs, and so is a lot else: only the key's name tells. An app's id or a client's
 * secret is not a token, and neither is to be sent to Heroku as one.
 */
function isNamedAsToken(key: string): boolean {
  return /HEROKU/i.test(key) && /(?:KEY|TOKEN|PASSWORD)$/i.test(key) && !/OAUTH|CLIENT|WEBHOOK/i.test(key)
}

/** The whole value or, within a longer one, each token; none for a value that has nothing to do with a token. */
export function sight(key: string, value: Secret, {hints, known}: Sought): Sighted[] {
  const isKnown = known.find(token => token.equals(value))
  if (isKnown) return [{isWhole: true, token: value}]
  const within = known.filter(token => contains(value, token))
  if (within.length > 0) return within.map(token => ({isWhole: false, token}))
  return value.expose((text): Sighted[] => {
    if (WHOLE.test(text) || (UUID.test(text) && isNamedAsToken(key))) return [{isWhole: true, token: value}]
    // A hint that shows little fits values that are no token at all.
    if (hints.some(hint => hint && shown(hint) >= 8 && matchesHint(value, hint))) return [{isWhole: true, token: value}]
    return [...new Set(text.match(WITHIN))].map(found => ({isWhole: false, token: new Secret(found)}))
  })
}

/** Whether it can be sent as a token at all. */
export function isSendable(token: Secret): boolean {
  return token.expose(text => /^[!-~]+$/.test(text))
}

/** A write-only config var is there, and shown as nothing or as asterisks. */
export function isHidden(value: null | Secret): value is null {
  return value === null || value.expose(text => /^\*+$/.test(text))
}

function contains(value: Secret, token: Secret): boolean {
  return !token.isEmpty && token.expose(wanted => value.expose(text => text.includes(wanted)))
}

/** How many characters of the token a read of the API shows. */
function shown(hint: Secret): number {
  return hint.expose(text => text.replaceAll('*', '').length)
}
