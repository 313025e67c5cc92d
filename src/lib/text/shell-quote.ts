export function typed(...words: string[]): string {
  return words.map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ')
}

export const quoted = (word: string) => `'${word.replaceAll("'", String.raw`'\''`)}'`
