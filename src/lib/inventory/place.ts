import type {Values} from '../consumers/adapter.js'
import type {Secret} from '../secrecy/secret.js'
import {matchesRedacted, showsEnough} from '../heroku/redaction.js'
import {decoded, holdsToken} from '../secrecy/occurrences.js'
import {HEROKU_TOKEN, UUID} from '../secrecy/shapes.js'

export type Sought = {
  /** Redacted tokens of the listed authorizations. */
  redactedTokens: readonly (null | Secret)[]
  known: readonly Secret[]
}

/** A key with a possible token, whole or within a longer value. */
export type PlaceKey = {
  /** False where the token is a part of a longer value. */
  isWhole: boolean
  key: string
  token: Secret
}

/** Config vars of an app, or of the test or review stage of a pipeline: `app` is null then, and the name `PIPELINE/STAGE`. */
export type Place<Key = PlaceKey> = {
  /** Other names of the place, such as the app's ID. */
  aliases: readonly string[]
  app: null | string
  /** Its address in a rotation file, without the secret, where nobody has named it. */
  include?: string
  /** A folder of a store. */
  isStore?: boolean
  keys: readonly Key[]
  name: string
}

/** A token and where it is, such as `example-app:HEROKU_API_KEY`. */
export type Located = {at: string; token: Secret}

export function tokenKeys(vars: Values, sought: Sought): PlaceKey[] {
  return [...vars].flatMap(([key, value]) => (value ? tokensIn(key, value, sought).map(match => ({...match, key})) : []))
}

export function located({keys, name}: Pick<Place, 'keys' | 'name'>): Located[] {
  return keys.map(({key, token}) => ({at: `${name}:${key}`, token}))
}

export function withKeys<P, Key>(places: readonly (P & {keys: readonly Key[]})[], passes: (key: Key, place: P) => boolean): (P & {keys: readonly Key[]})[] {
  return places.flatMap(place => {
    const keys = place.keys.filter(key => passes(key, place))
    return keys.length === 0 ? [] : [{...place, keys}]
  })
}

export function byName(a: {name: string}, b: {name: string}): number {
  return a.name.localeCompare(b.name, 'en', {numeric: true})
}

/** The whole value, or each token within a longer one. */
function tokensIn(key: string, value: Secret, {redactedTokens, known}: Sought): Omit<PlaceKey, 'key'>[] {
  const isKnown = known.some(token => token.equals(value))
  const within = isKnown ? [] : known.filter(token => holdsToken(value, token))
  if (within.length > 0) return within.map(token => ({isWhole: false, token}))
  const isShaped = value.matches(HEROKU_TOKEN) || (value.matches(UUID) && isNamedAsToken(key))
  // A redacted token that shows little fits values that are no token at all.
  const fitsRedacted = (token: Secret) => redactedTokens.some(redacted => redacted && showsEnough(redacted) && matchesRedacted(token, redacted))
  if (isKnown || isShaped || fitsRedacted(value)) return [{isWhole: true, token: value}]
  const parts = [value, ...decoded(value)].flatMap(text => [...text.parts(HEROKU_TOKEN), ...text.parts(UUID).filter(part => fitsRedacted(part))])
  return [...new Map(parts.map(token => [token.fingerprint, {isWhole: false, token}])).values()]
}

/** A UUID may also be an app's ID or a client secret, which must not be sent to Heroku as a token, so the key's name decides. */
function isNamedAsToken(key: string): boolean {
  return /HEROKU/i.test(key) && /(?:KEY|TOKEN|PASSWORD)$/i.test(key) && !/OAUTH|CLIENT|WEBHOOK/i.test(key)
}
