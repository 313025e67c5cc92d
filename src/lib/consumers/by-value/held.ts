import * as z from 'zod'
import {type Next, refused, todo} from '../../errors.js'
import {holdsToken, replaceToken} from '../../secrecy/occurrences.js'
import {Secret} from '../../secrecy/secret.js'
import {HEROKU_TOKEN, UUID} from '../../secrecy/shapes.js'
import {type Access, type Holding, holds, type Tokens, type Values} from '../adapter.js'

const REFERENCE = /(?<![a-z])(?:op|vault|awssm|aws-sm|doppler|infisical|keychain|bws?|gcpsm|akv):\/\/|arn:aws:secretsmanager:/i
const ENCRYPTED = /^\0GITCRYPT|^age-encryption\.org|(?:^|=)["']?encrypted:|ENC\[[A-Z\d_]+,|\$ANSIBLE_VAULT|-----BEGIN (?:AGE ENCRYPTED FILE|PGP MESSAGE)|AgB[A-Za-z\d+/]{100}/
/** Stands for an incoming token that is not made yet. */
export const standIn = new Secret(`HRKU-${'x'.repeat(60)}`)
/** Older tokens are UUIDs. */
const SHAPES = [HEROKU_TOKEN, UUID]
/** Many tokens begin alike, and so many characters more are no chance. */
const BEGINNING = 8
const PART = 12

/** Says what stands in the place of the outgoing token, as far as it can be told without showing it. */
export function heldInstead(text: string): string {
  if (SHAPES.some(shape => shape.test(text))) return 'another token than the old one, or what looks like one'
  if (isEncrypted(text)) return 'an encrypted value'
  return isReference(text) ? 'a reference to where a secret is kept' : 'no token'
}

/** Where the text has a part of the token. */
export const partsIn = (text: string, token: Secret): number[] =>
  token.expose(whole => Array.from(whole.slice(BEGINNING + PART), (_, at) => text.indexOf(whole.slice(BEGINNING + at, BEGINNING + at + PART)))).filter(at => at !== -1)

/** Whether the value has a part of the token that belongs to none of its forms. */
export function hasPart(value: Secret, token: Secret): boolean {
  const isIn = (one: Secret) => one.expose(text => partsIn(text, token).length > 0)
  return isIn(value) && isIn(replaceToken(value, token, standIn).value)
}

export const toldOfPart = (where: string): string => `${where} has a part of the token, which stays as it is: if the token goes on elsewhere, replace it by hand`

/** Whatever is added to such a file stands there in plain. */
export const isEncrypted = (text: string): boolean => ENCRYPTED.test(text)

export const isReference = (text: string): boolean => REFERENCE.test(text)

/** Possible tokens of a value: those within it, or else the whole of it. */
export function candidatesOf(value: Secret): Secret[] {
  const parts = SHAPES.flatMap(shape => value.parts(shape))
  return parts.length > 0 ? parts : [value]
}

/** Fields of an address that say what is meant: the value is added where none is, or written over another one. */
export const meantFields = {add: z.literal(true).optional(), overwrite: z.literal(true).optional()}

/** For a consumer of one value that can be read. */
export function heldBy(id: string, {add, overwrite}: z.output<z.ZodObject<typeof meantFields>>, values: Values): Pick<Holding, 'candidates' | 'knowing'> {
  const held = [...values.values()].filter(value => value !== null)
  return {
    candidates: held.flatMap(value => candidatesOf(value)).map(token => ({at: id, token})),
    knowing(tokens) {
      for (const value of values.values()) {
        refuseUnheld(id, value, tokens, {
          add: add ?? todo('If you want to add the token there: add: true beside it in the rotation file, or --add with the words of --infisical.'),
          overwrite: overwrite ?? [todo('If you want to overwrite it: overwrite: true beside it in the rotation file, or --overwrite with the words of --infisical.')],
        })
      }

      return {}
    },
  }
}

type Asked = {
  /** The step that says that nothing is meant; true where it was said. */
  add: Next | true
  /** The step that says that the value is not needed; true where it was said. */
  overwrite: readonly Next[] | true
}

/** Refuses a place whose value is not the outgoing token, unless somebody has said that this is meant. `where` is its beginning of the sentence. */
export function refuseUnheld(where: string, value: null | Secret, {incoming, outgoing}: Tokens, {add, overwrite}: Asked): void {
  if (value === null || value.isEmpty) {
    if (add !== true && (value === null || overwrite !== true)) throw refused('ROTATE_NOT_HELD_HERE', `${where} is not set. It would get the token for the first time.`, add)
    return
  }

  const isHeld = [outgoing, incoming].some(token => token && holdsToken(value, token))
  if (isHeld || overwrite === true) return
  throw refused('ROTATE_NOT_HELD_HERE', `${where} holds ${value.expose(heldInstead)}. Rotating would overwrite it.`, overwrite)
}

/** The values as they are to be written; null where they are held already. */
export function changes(held: Values, values: Values, access: Access): null | Values {
  const wanted = fitted(held, values, access)
  return holds(held, wanted) ? null : wanted
}

/** Of a longer value only the token changes. */
function fitted(held: Values, values: Values, {fit}: Access): Values {
  return fit ? new Map([...values].map(([each, value]) => [each, fit(each, held.get(each) ?? null, value)])) : values
}
