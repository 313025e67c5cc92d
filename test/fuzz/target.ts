import fc from 'fast-check'

/** A case that takes longer counts as a hang. */
const LONGEST_MS = 5000

export type Target = {
  /** Rejects with the smallest case that breaks the law, and with what repeats it. */
  check(options: {beat?: () => void; cases: number; seed: number}): Promise<void>
  name: string
}

/** `law` throws where what was tried crashes, leaks or changes what it must not. */
export function target<T>(name: string, cases: fc.Arbitrary<T>, law: (each: T) => Promise<void> | void): Target {
  return {
    async check({beat, cases: numRuns, seed}) {
      await fc.assert(fc.asyncProperty(cases, async each => {
        beat?.()
        const began = performance.now()
        await law(each)
        const took = performance.now() - began
        if (took > LONGEST_MS) throw new Error(`took ${took.toFixed(0)} ms`)
      }), {numRuns, seed})
    },
    name,
  }
}

export const nat = (below: number) => fc.nat({max: below - 1})

/** Pieces that parsers trip over. */
const garbage = [
  '', '"', '\'', '\\', '{', '}', '[', ']', ':', ',', '#', '&a ', '*a', '!', '|', '>', '%', '@', '`', '\t', '\n', '\r\n', '\0', '\uFEFF', '\u2028', '\u202E', '\u001B[2J', '- ', '? ', '---\n',
  '__proto__', 'constructor', 'null', '1e999', '-1', '[[[', '{"a":', '<<', '\uD800', '"sum":', '"record":',
]

export type Change = {at: number; how: 'cut' | 'double' | 'drop' | 'put' | 'swap'; length: number; text: string}

/** Places are shares of the whole, so that one change fits every text. */
export const changes = (texts: readonly string[] = garbage): fc.Arbitrary<Change[]> =>
  fc.array(
    fc.record({
      at: fc.double({max: 1, min: 0, noNaN: true}),
      how: fc.constantFrom<Change['how'][]>('cut', 'double', 'drop', 'put', 'swap'),
      length: fc.oneof(nat(4), nat(60), nat(2000)),
      text: fc.oneof(fc.constantFrom(...texts), fc.string({maxLength: 8, unit: 'binary'})),
    }),
    {maxLength: 4, minLength: 1},
  )

export function changed(text: string, all: readonly Change[]): string {
  let after = text
  for (const {at, how, length, text: put} of all) {
    const from = Math.floor(at * after.length)
    const piece = after.slice(from, from + length)
    const rest = after.slice(from + length)
    const middle = {cut: '', double: piece + piece, drop: '', put: put + piece, swap: put}[how]
    after = after.slice(0, from) + middle + (how === 'cut' ? '' : rest)
  }

  return after
}
