import {occurrencesIn, replaceToken} from '../../secrecy/occurrences.js'
import {Secret} from '../../secrecy/secret.js'
import {encodingOf} from '../../text/encoding.js'
import {heldInstead, partsIn, standIn} from '../by-value/held.js'

/** What may be a token of Heroku's: older ones are UUIDs. */
const SHAPES = /HRKU-[\w-]{20,}|(?<![\da-f-])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\da-f-])/gi

export function isHeld(bytes: Buffer, token: Secret): boolean {
  return occurrencesIn(bytes, token).length > 0
}

export function candidatesIn(bytes: Buffer): Secret[] {
  return [...new Set(textsOf(bytes).flatMap(text => text.match(SHAPES) ?? []))].map(found => new Secret(found))
}

/** Where the token stands, line by line. */
export function placesOf(bytes: Buffer, token: Secret): string[] {
  return told(occurrencesIn(bytes, token))
}

/** Places in which an incoming token could not be written. */
export function fixedPlacesOf(bytes: Buffer, token: Secret): string[] {
  return told(replaceToken(bytes, token, standIn).left)
}

/** Lines with a part of the token that belongs to none of its forms: it may go on in the next line, or in other quotes. */
export function partsOf(bytes: Buffer, token: Secret): number[] {
  const rest = replaceToken(bytes, token, standIn).value.toString('latin1').replaceAll('\0', '')
  return [...new Set(partsIn(rest, token).map(at => rest.slice(0, at).split('\n').length))]
}

/** Says what a file holds in the place of the token. */
export const insteadIn = (bytes: Buffer): string => heldInstead(textsOf(bytes).join('\n'))

export const textsOf = (bytes: Buffer): string[] => [encodingOf(bytes).decode(bytes), bytes.toString('latin1')]

function told(occurrences: ReturnType<typeof occurrencesIn>): string[] {
  const places = new Map<string, Set<number>>()
  for (const {form, key, line} of occurrences) {
    const what = [...(key === undefined ? [] : [key]), ...(form === 'raw' ? [] : [form])].join(', ')
    places.set(what, (places.get(what) ?? new Set()).add(line))
  }

  return [...places].map(([what, lines]) => `line ${[...lines].join(', ')}${what && `: ${what}`}`)
}
