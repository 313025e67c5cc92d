/** The words as they are typed into a shell. */
export function typed(...words: string[]): string {
  return words.map(word => quoted(word)).join(' ')
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
