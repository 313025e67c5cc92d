import type {Form} from './forms.js'
import {encodingOf} from '../text/encoding.js'
import {Secret} from './secret.js'
import {hitsIn, searched, swapped} from './swap.js'

/** Where a token stands, told without telling it. */
type Occurrence = {
  form: Form
  /** The name that the line gives it, where that is plain. */
  key?: string
  /** From 1. */
  line: number
}

type Replaced<T> = {
  /** Places that still hold the outgoing token: in their form the incoming one cannot be written. */
  left: Occurrence[]
  value: T
}

const NAME = /(?<![\w-])(?<key>(?:[A-Z][A-Z\d]*_)*[A-Z\d]*(?:KEY|PASSWORD|SECRET|TOKEN)|[Pp]assword|token|api_?[Kk]ey)["'\]]{0,2}\s{0,4}[\s:=]\s{0,4}["']?$/

/** More than a name with what stands around it. */
const LOOKED_BACK = 200

const forms = new WeakMap<Secret, readonly string[]>()

/** Whether the token stands anywhere in the value, in any of its forms; quicker than to find the places where it does not. */
export function holdsToken(value: Secret, token: Secret): boolean {
  if (token.isEmpty || value.equals(token)) return !token.isEmpty
  const all = forms.get(token) ?? token.expose(text => searched(text))
  forms.set(token, all)
  return value.expose(text => (text.includes('\n') || all.some(form => text.includes(form))) && occurrencesIn(text, token).length > 0)
}

const BASE64 = /[\w+/-]{40,}={0,2}/g
const HEX = /(?:[\dA-F]{2}){40,}/gi
const ESCAPED = /(?:%|\\x|\\u00)([\dA-F]{2})/gi

/** Texts that stand in the value percent-encoded, escaped, in hex or in base64, once or twice, to be searched for tokens that nobody knows yet. */
export function decoded(value: Secret): Secret[] {
  const once = value.expose(text => decodings(text))
  return [...once, ...once.flatMap(text => decodings(text))].map(text => new Secret(text))
}

function decodings(text: string): string[] {
  const plainer = text.replaceAll(ESCAPED, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
  const runs = [['base64', BASE64], ['hex', HEX]] as const
  return [
    ...(plainer === text ? [] : [plainer]),
    // UTF-16 has a zero beside each letter.
    ...runs.flatMap(([form, run]) => (text.match(run) ?? []).map(found => Buffer.from(found, form).toString('latin1').replaceAll('\0', ''))),
  ]
}

/** Every place of the text, or of the bytes of a file, that holds the token in one of its forms. */
export function occurrencesIn(where: Buffer | Secret | string, token: Secret): Occurrence[] {
  if (Buffer.isBuffer(where)) return within(where.toString('latin1'), inBytes(token), where)
  return typeof where === 'string' ? within(where, token.expose(text => text)) : where.expose(text => occurrencesIn(text, token))
}

/**
 * The value with `to` in the place of each `from`, in the form in which that stands, and nothing else changed. The same
 * with the two exchanged gives the first value back, where that did not hold `to` already.
 */
export function replaceToken(value: Buffer, from: Secret, to: Secret): Replaced<Buffer>
export function replaceToken(value: Secret, from: Secret, to: Secret): Replaced<Secret>
export function replaceToken(value: Buffer | Secret, from: Secret, to: Secret): Replaced<Buffer | Secret> {
  if (from.isEmpty || from.equals(to)) return {left: [], value}
  if (Buffer.isBuffer(value)) {
    const made = Buffer.from(swapped(value.toString('latin1'), {from: inBytes(from), to: inBytes(to)}), 'latin1')
    return {left: occurrencesIn(made, from), value: made}
  }

  // As in almost every place; the search through all forms takes a hundred times longer.
  if (value.equals(from) && !to.includes(from)) return {left: [], value: to}
  const made = new Secret(value.expose(text => from.expose(old => to.expose(fresh => swapped(text, {from: old, to: fresh})))))
  return {left: occurrencesIn(made, from), value: made}
}

/** One character for each byte, as the bytes are searched. */
const inBytes = (token: Secret) => token.expose(text => Buffer.from(text).toString('latin1'))

function within(text: string, token: string, bytes?: Buffer): Occurrence[] {
  const encoding = bytes && encodingOf(bytes)
  let start = ''
  let line = 1
  let from = 0
  return hitsIn(text, token).map(({at, form}) => {
    // The zero is half of the character before, or of the first one of the token.
    const to = bytes?.[at] === 0 ? at + 1 : at
    const lines = (start + (bytes && encoding ? encoding.decode(bytes.subarray(from, to)) : text.slice(from, to))).split('\n')
    from = to - (to % (encoding?.unit ?? 1))
    line += lines.length - 1
    start = (lines.at(-1) ?? '').slice(-LOOKED_BACK)
    const key = NAME.exec(start)?.groups?.['key']
    return {form, ...(key === undefined ? {} : {key}), line}
  })
}
