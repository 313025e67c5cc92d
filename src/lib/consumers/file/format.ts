/** How a value is quoted; '' for not at all. */
export type Quote = '' | '"' | '\''

/** Where a value stands in the text: its quotes are between `from` and `to`. */
export type Spot = {from: number; line: number; quote: Quote; to: number; value: string}

/** The text of a file, one character for each byte. */
export type Format = {
  /** Of several values, the one that is in force. */
  counts: 'first' | 'last'
  /** Fails with `Unclear` where it could only guess. */
  find(text: string, key: string): Spot[]
  /** The line for a key that the file does not hold; null where one line is not all that is missing. */
  lineFor(key: string, value: string): null | string
  /** In these quotes, or in others where they cannot hold it; null where none can. */
  quoted(value: string, quote: Quote): null | string
}

/** What is written there cannot be read with certainty without running it, or depends on who reads it. */
export class Unclear extends Error {
  readonly line: number

  constructor(line: number, why: string) {
    super(why)
    this.line = line
  }
}

export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}

export function quotedIn(holds: Readonly<Record<Quote, RegExp>>, value: string, quote: Quote): null | string {
  const chosen = [quote, '"' as const, '\'' as const].find(candidate => holds[candidate].test(value))
  return chosen === undefined ? null : `${chosen}${value}${chosen}`
}
