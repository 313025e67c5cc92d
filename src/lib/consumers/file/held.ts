import {occurrencesIn, replaceToken} from '../../secrecy/occurrences.js'
import {Secret} from '../../secrecy/secret.js'
import {encodingOf} from '../../text/encoding.js'

/** What may be a token of Heroku's: older ones are UUIDs. */
const SHAPES = /HRKU-[\w-]{20,}|(?<![\da-f-])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\da-f-])/gi
const REFERENCE = /(?<![a-z])(?:op|vault|awssm|aws-sm|doppler|infisical|keychain|bws?|gcpsm|akv):\/\/|arn:aws:secretsmanager:/i
const ENCRYPTED = /encrypted:|ENC\[|\$ANSIBLE_VAULT|-----BEGIN (?:AGE ENCRYPTED FILE|PGP MESSAGE)|AgB[A-Za-z\d+/]{100}/

/** Stands for an incoming token that is not made yet. */
const standIn = new Secret(`HRKU-${'x'.repeat(60)}`)

export function isHeld(bytes: Buffer, token: Secret): boolean {
  return occurrencesIn(bytes, token).length > 0
}

export function candidatesIn(bytes: Buffer): Secret[] {
  const texts = [encodingOf(bytes).decode(bytes), bytes.toString('latin1')]
  return [...new Set(texts.flatMap(text => text.match(SHAPES) ?? []))].map(found => new Secret(found))
}

/** Where the token stands, line by line. */
export function placesOf(bytes: Buffer, token: Secret): string[] {
  return told(occurrencesIn(bytes, token))
}

/** Places in which an incoming token could not be written. */
export function fixedPlacesOf(bytes: Buffer, token: Secret): string[] {
  return told(replaceToken(bytes, token, standIn).left)
}

/** For a file that does not hold the token, as far as it can be told without showing it. */
export function heldInstead(bytes: Buffer): string {
  if (candidatesIn(bytes).length > 0) return 'another token, or what looks like one'
  const text = encodingOf(bytes).decode(bytes)
  if (REFERENCE.test(text)) return 'a reference to where a secret is kept'
  return ENCRYPTED.test(text) ? 'an encrypted value' : 'none that it could be'
}

function told(occurrences: ReturnType<typeof occurrencesIn>): string[] {
  const places = new Map<string, Set<number>>()
  for (const {form, key, line} of occurrences) {
    const what = [...(key === undefined ? [] : [key]), ...(form === 'raw' ? [] : [form])].join(', ')
    places.set(what, (places.get(what) ?? new Set()).add(line))
  }

  return [...places].map(([what, lines]) => `line ${[...lines].join(', ')}${what && `: ${what}`}`)
}
