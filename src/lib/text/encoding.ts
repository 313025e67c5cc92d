/** How the bytes of a file stand for text; the byte order mark stays a character of it. */
export type Encoding = {
  decode(bytes: Buffer): string
  encode(text: string): Buffer
  /** Bytes that a character has at least, and at a multiple of which it begins. */
  unit: number
}

const utf8: Encoding = {decode: bytes => bytes.toString('utf8'), encode: text => Buffer.from(text, 'utf8'), unit: 1}
const utf16le: Encoding = {decode: bytes => bytes.toString('utf16le'), encode: text => Buffer.from(text, 'utf16le'), unit: 2}
const utf16be: Encoding = {decode: bytes => utf16le.decode(swapped(bytes)), encode: text => swapped(utf16le.encode(text)), unit: 2}

/** UTF-16 where its byte order mark says so, or where it begins with two ASCII characters of that width. */
export function encodingOf(bytes: Buffer): Encoding {
  const begin = bytes.toString('latin1', 0, 4)
  if (/^(?:\u00FF\u00FE|(?:[\t\n\r -~]\0){2})/.test(begin)) return utf16le
  return /^(?:\u00FE\u00FF|(?:\0[\t\n\r -~]){2})/.test(begin) ? utf16be : utf8
}

/** Decodes %-escapes; a text with a % that escapes nothing stays as it is. */
export function withoutEscapes(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A byte without a partner is no character, and left out. */
function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2))).swap16()
}
