/** How a value is written down in a text. */
export type Form = 'base64' | 'escaped' | 'hex' | 'JSON-escaped' | 'raw' | 'URL-encoded'

/** Spellings that are the same wherever they stand in a text; base64 is not. */
export const spellings: readonly {form: Form; of(value: string): string}[] = [
  {form: 'raw', of: value => value},
  {form: 'JSON-escaped', of: value => JSON.stringify(value).slice(1, -1)},
  {form: 'URL-encoded', of: encodeURIComponent},
  // By an encoder that lets fewer characters stay, with its codes in either case: once, or twice as a URL within a URL.
  ...[/\w/, /[\dA-Za-z]/, /^$/].flatMap(kept => ['%', '%25'].flatMap(mark => [
    {form: 'URL-encoded' as const, of: coder({cased: code => code.toUpperCase(), kept, mark})},
    {form: 'URL-encoded' as const, of: coder({kept, mark})},
  ])),
  // As fish keeps its universal variables, and as some writers of JSON and JavaScript spell what could be HTML.
  ...[String.raw`\x`, String.raw`\u00`].flatMap(mark => [
    {form: 'escaped' as const, of: coder({kept: /\w/, mark})},
    {form: 'escaped' as const, of: coder({cased: code => code.toUpperCase(), kept: /\w/, mark})},
  ]),
  {form: 'hex', of: value => Buffer.from(value).toString('hex')},
  {form: 'hex', of: value => Buffer.from(value).toString('hex').toUpperCase()},
]

export const urlAlphabet = (base64: string) => base64.replaceAll('+', '-').replaceAll('/', '_')

/**
 * The characters of base64 that the bytes alone decide. Within a longer text they may start at any of three places of a
 * group of three bytes; the characters that neighbours share are left out, `lead` of them before the core.
 */
export function base64Cores(bytes: Buffer): {core: string; lead: number}[] {
  return [0, 1, 2].map(offset => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '')
    const lead = [0, 2, 3][offset] ?? 0
    const shared = (offset + bytes.length) % 3 === 0 ? 0 : 1
    return {core: text.slice(lead, text.length - shared), lead}
  })
}

/** Every form of the value that a text can be searched for. */
export function formsOf(value: string): string[] {
  const cores = base64Cores(Buffer.from(value)).flatMap(({core}) => [core, urlAlphabet(core)])
  return [...spellings.map(({of}) => of(value)), ...cores]
}

type Coding = {cased?: (code: string) => string; kept: RegExp; mark: string}

/** Answers the value with a code for each byte that is not kept; the 256 codes are made when the first value comes. */
function coder({cased = code => code, kept, mark}: Coding): (value: string) => string {
  let codes: readonly string[] = []
  return value => {
    if (codes.length === 0) {
      codes = Array.from({length: 256}, (_, byte) => {
        const character = String.fromCodePoint(byte)
        return kept.test(character) ? character : mark + cased(byte.toString(16).padStart(2, '0'))
      })
    }

    let text = ''
    for (const byte of Buffer.from(value)) text += codes[byte] ?? ''
    return text
  }
}
