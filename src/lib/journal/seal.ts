import {createCipheriv, createDecipheriv, createHmac, hkdfSync} from 'node:crypto'
import * as z from 'zod'
import type {Random} from '../ports.js'
import {Secret} from '../secrecy/secret.js'

const CIPHER = 'aes-256-gcm'
const PURPOSE = 'heroku-authorizations-rotate/seal/1'
const SIGNING = 'heroku-authorizations-rotate/journal/1'

const envelopeSchema = z.strictObject({
  data: z.string(),
  iv: z.string(),
  salt: z.string(),
  tag: z.string(),
  version: z.literal(1),
})

const token = z.string().transform(value => new Secret(value))

/** `previous` is by consumer and key; null for a key that held nothing. */
const sealedSchema = z.strictObject({
  incoming: z.strictObject({id: z.string(), token}).nullable(),
  outgoing: token.nullable(),
  previous: z.record(z.string(), z.record(z.string(), token.nullable())),
})
export type Sealed = z.output<typeof sealedSchema>

/** The key is derived from the session token, so the file alone is worth nothing. `name` binds the text to its rotation. */
export function seal(content: Sealed, session: Secret, name: string, random: Random): string {
  const salt = random.bytes(32)
  const iv = random.bytes(12)
  const cipher = createCipheriv(CIPHER, keyFrom(session, salt), iv)
  cipher.setAAD(Buffer.from(name))
  const data = Buffer.concat([cipher.update(plain(content), 'utf8'), cipher.final()])
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  return JSON.stringify({data: base64(data), iv: base64(iv), salt: base64(salt), tag: base64(cipher.getAuthTag()), version: 1})
}

/** Null when the text was sealed under another session or is damaged: the values must be read from the world. */
export function open(text: string, session: Secret, name: string): null | Sealed {
  try {
    const {data, iv, salt, tag} = envelopeSchema.parse(JSON.parse(text))
    const decipher = createDecipheriv(CIPHER, keyFrom(session, bytes(salt)), bytes(iv), {authTagLength: 16})
    decipher.setAAD(Buffer.from(name))
    decipher.setAuthTag(bytes(tag))
    const opened = Buffer.concat([decipher.update(bytes(data)), decipher.final()]).toString('utf8')
    return sealedSchema.parse(JSON.parse(opened))
  } catch {
    return null
  }
}

/** Signs with a key from a token. `name` binds what is signed to its rotation. */
export function signer(token: Secret, name: string): (text: string) => string {
  const key = token.expose(value => new Uint8Array(hkdfSync('sha256', value, name, SIGNING, 32)))
  return text => createHmac('sha256', key).update(text).digest('hex')
}

const bytes = (base64: string) => Buffer.from(base64, 'base64')

function keyFrom(session: Secret, salt: Uint8Array): Uint8Array {
  return session.expose(value => new Uint8Array(hkdfSync('sha256', value, salt, PURPOSE, 32)))
}

/** A replacer is given what a secret prints, so it looks at the holder of the key. */
function plain(content: Sealed): string {
  return JSON.stringify(content, function (this: Readonly<Record<string, unknown>>, key, printed: unknown) {
    const held = this[key]
    return held instanceof Secret ? held.expose(value => value) : printed
  })
}
