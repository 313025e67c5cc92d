import {appendFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

/** Whether every point in virtual time is run, as `npm run test:all` does, or a sample, as `npm test`. */
export const isWhole = process.env['WHOLE'] !== undefined

/** Whether every point of a real process is run as well, which takes hours: `WHOLE=real`. */
export const isReal = process.env['WHOLE'] === 'real'

/** Points of real processes that `npm run test:all` runs for each of `npm test`. */
const MORE_REAL = 6

/** All of them, or so many, evenly spread. */
export const sampled = <T>(wanted: number, items: readonly T[]): T[] => (isWhole ? [...items] : evenly(wanted, items))

/** Real processes die where the plugin's own code dies in virtual time at every point; so many show that both are the same. */
export const sampledReal = <T>(wanted: number, items: readonly T[]): T[] => (isReal ? [...items] : evenly(isWhole ? MORE_REAL * wanted : wanted, items))

/** The middle one of each of so many parts. */
function evenly<T>(wanted: number, items: readonly T[]): T[] {
  const chosen = new Set(Array.from({length: Math.min(wanted, items.length)}, (_, part) => Math.floor((part + 0.5) * items.length / wanted)))
  return items.filter((_, index) => wanted >= items.length || chosen.has(index))
}

/** What a suite says at its end; also to scripts/test.mjs, which tells how long the whole of a file would take. */
export function ofWhole(url: string, run: number, whole: number, inAll = whole): string {
  const {MATRIX_POINTS: notes} = process.env
  if (notes) appendFileSync(notes, `${JSON.stringify({file: fileURLToPath(url), run, whole: inAll})}\n`)
  return run === whole ? `${run} points, which are all` : `${run} points of ${whole}`
}

/** As `ofWhole`, of real processes, of which `npm run test:all` runs only so many. */
export const ofReal = (url: string, run: number, whole: number): string => ofWhole(url, run, whole, isWhole ? run : Math.min(whole, MORE_REAL * run))
