import type {Secret} from '../../secrecy/secret.js'
import {type Encoding, encodingOf} from '../../text/encoding.js'

/** Tells a file that was made here from one that was there and empty. */
const MARK = '# made by heroku authorizations:rotate'
/** Needs no quotes in any of the formats. */
const PLAIN = /^[\w.~-]+$/

const blocks = {
  dotenv: (key, value) => [`${key}=${value}`],
  fish: (key, value) => [`set -gx ${key} ${value}`],
  // Heroku ignores the login.
  netrc: (machine, value) => [`machine ${machine}`, '  login heroku', `  password ${value}`],
  powershell: (key, value) => [`$env:${key} = "${value}"`],
  shell: (key, value) => [`export ${key}=${value}`],
} satisfies Record<string, (name: string, value: string) => string[]>

type Format = keyof typeof blocks

/** How a token is added; the name is that of a variable, or of a machine. */
export type Adding = {format: Format; name: string}

/** Whether the name stands anywhere in the file, in whatever role. */
export function mentions(bytes: Buffer, {name}: Adding): boolean {
  return [encodingOf(bytes).decode(bytes), bytes.toString('latin1')].some(text => text.toLowerCase().includes(name.toLowerCase()))
}

/** The file (null: there is none yet) with the token at its end; null where the format cannot hold it as it is. */
export function withAdded(bytes: Buffer | null, adding: Adding, token: Secret): Buffer | null {
  const lines = linesOf(adding, token)
  if (lines === null) return null
  if (bytes === null) return Buffer.from([MARK, ...lines, ''].join('\n'))
  const encoding = encodingOf(bytes)
  const text = encoding.decode(bytes)
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  const block = lines.join(end)
  // A file that does not end with a newline does not end with one afterwards.
  const isOpen = text.replace(/^\uFEFF/, '') !== '' && !text.endsWith('\n')
  return Buffer.concat([bytes, encoding.encode(isOpen ? end + block : block + end)])
}

/** Without what was added, where it still stands as it was; null where nothing is left of a file that was made here. */
export function withoutAdded(bytes: Buffer, adding: Adding, token: Secret): Buffer | null {
  const lines = linesOf(adding, token)
  if (lines === null) return bytes
  const encoding = encodingOf(bytes)
  for (const end of ['\r\n', '\n']) {
    const after = without(bytes, encoding, {block: lines.join(end), end})
    if (after) return after.equals(Buffer.from(`${MARK}\n`)) ? null : after
  }

  return bytes
}

function without(bytes: Buffer, {decode, encode}: Encoding, {block, end}: {block: string; end: string}): Buffer | null {
  const whole = encode(block + end)
  for (let at = bytes.indexOf(whole); at !== -1; at = bytes.indexOf(whole, at + 1)) {
    if (/(?:^\uFEFF?|\n)$/.test(decode(bytes.subarray(0, at)))) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + whole.length)])
  }

  // The last line was added with the newline before it.
  const last = encode(end + block)
  const at = bytes.length - last.length
  return at >= 0 && bytes.subarray(at).equals(last) ? bytes.subarray(0, at) : null
}

const linesOf = ({format, name}: Adding, token: Secret) => token.expose(value => (PLAIN.test(value) ? blocks[format](name, value) : null))
