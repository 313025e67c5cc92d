import type {ConfigVars} from '../heroku/schemas.js'
import type {Secret} from '../secrecy/secret.js'
import {matchesRedacted, showsEnough} from '../heroku/redaction.js'
import {HEROKU_TOKEN, UUID} from '../secrecy/shapes.js'

export type Sought = {
  /** Redacted tokens of the listed authorizations. */
  redactedTokens: readonly (null | Secret)[]
  known: readonly Secret[]
}

/** A key with a possible token, whole or within a longer value. */
export type PlaceKey = {
  /** False where the token is a part of a longer value, which no rotation can write. */
  isWhole: boolean
  key: string
  token: Secret
}

/** Config vars of an app, or of the test or review stage of a pipeline: `app` is null then, and the name `PIPELINE/STAGE`. */
export type Place<Key = PlaceKey> = {app: null | string; keys: readonly Key[]; name: string}

/** A token and where it is, such as `example-app:HEROKU_API_KEY`. */
export type Located = {at: string; token: Secret}

export function tokenKeys(vars: ConfigVars, sought: Sought): PlaceKey[] {
  return [...vars].flatMap(([key, value]) => (value ? tokensIn(key, value, sought).map(match => ({...match, key})) : []))
}

export function located({keys, name}: Pick<Place, 'keys' | 'name'>): Located[] {
  return keys.map(({key, token}) => ({at: `${name}:${key}`, token}))
}

/** Pipelines of several owners may share a name, and `--allow-straggler` speaks of names. */
export function joinedByName(places: readonly Place[]): Place[] {
  const joined = new Map<string, Place>()
  for (const place of places) {
    const keys = [...(joined.get(place.name)?.keys ?? []), ...place.keys]
    if (keys.length > 0) joined.set(place.name, {...place, keys})
  }

  return [...joined.values()]
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
  const within = isKnown ? [] : known.filter(token => value.includes(token))
  if (within.length > 0) return within.map(token => ({isWhole: false, token}))
  const isShaped = value.matches(HEROKU_TOKEN) || (value.matches(UUID) && isNamedAsToken(key))
  // A redacted token that shows little fits values that are no token at all.
  const fitsRedacted = redactedTokens.some(redacted => redacted && showsEnough(redacted) && matchesRedacted(value, redacted))
  if (isKnown || isShaped || fitsRedacted) return [{isWhole: true, token: value}]
  return value.parts(HEROKU_TOKEN).map(token => ({isWhole: false, token}))
}

/** A UUID may also be an app's ID or a client secret, which must not be sent to Heroku as a token, so the key's name decides. */
function isNamedAsToken(key: string): boolean {
  return /HEROKU/i.test(key) && /(?:KEY|TOKEN|PASSWORD)$/i.test(key) && !/OAUTH|CLIENT|WEBHOOK/i.test(key)
}
