/** How a value is written down in a text. */
export type Form = 'base64' | 'hex' | 'JSON-escaped' | 'raw' | 'URL-encoded'

/** Spellings that are the same wherever they stand in a text; base64 is not. */
export const spellings: readonly {form: Form; of(value: string): string}[] = [
  {form: 'raw', of: value => value},
  {form: 'JSON-escaped', of: value => JSON.stringify(value).slice(1, -1)},
  {form: 'URL-encoded', of: encodeURIComponent},
  // By an encoder that lets fewer characters stay, with its codes in either case.
  ...[/\w/, /[\dA-Za-z]/, /^$/].flatMap(kept => [
    {form: 'URL-encoded' as const, of: (value: string) => percented(value, kept, code => code.toUpperCase())},
    {form: 'URL-encoded' as const, of: (value: string) => percented(value, kept, code => code)},
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

function percented(value: string, kept: RegExp, cased: (code: string) => string): string {
  const bytes = [...Buffer.from(value)]
  return bytes.map(byte => {
    const character = String.fromCodePoint(byte)
    return kept.test(character) ? character : `%${cased(byte.toString(16).padStart(2, '0'))}`
  }).join('')
}
