import {appendFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

/** Whether every point in virtual time is run, as `npm run test:all` does, or a sample, as `npm test`. */
export const isWhole = process.env['WHOLE'] !== undefined

/** Whether every point of a real process is run as well, which takes hours: `WHOLE=real`. */
export const isReal = process.env['WHOLE'] === 'real'

/** Points of real processes that `npm run test:all` runs for each of `npm test`. */
const MORE_REAL = 6

/** All of them, or so many, evenly spread, with the first and the last. */
export function sampled<T>(wanted: number, items: readonly T[]): T[] {
  return isWhole ? [...items] : evenly(wanted, items)
}

/** Real processes die where the plugin's own code dies in virtual time at every point; so many show that both are the same. */
export const sampledReal = <T>(wanted: number, items: readonly T[]): T[] => (isReal ? [...items] : evenly(isWhole ? MORE_REAL * wanted : wanted, items))

function evenly<T>(wanted: number, items: readonly T[]): T[] {
  if (wanted >= items.length) return [...items]
  const step = (items.length - 1) / Math.max(1, wanted - 1)
  return items.filter((_, index) => Array.from({length: wanted}, (__, n) => Math.round(n * step)).includes(index))
}

/** What a suite says at its end; also to scripts/test.mjs, which tells how long the whole of a file would take. */
export function ofWhole(url: string, run: number, whole: number): string {
  const {MATRIX_POINTS: notes} = process.env
  if (notes) appendFileSync(notes, `${JSON.stringify({file: fileURLToPath(url), run, whole})}\n`)
  return run === whole ? `${run} points, which are all` : `${run} points of ${whole}`
}
