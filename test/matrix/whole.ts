import {appendFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

/** Whether every point of each matrix is run, as `npm run test:all` does, or a sample, as `npm test`. */
export const isWhole = process.env['WHOLE'] === '1'

/** All of them, or so many, evenly spread, with the first and the last. */
export function sampled<T>(wanted: number, items: readonly T[]): T[] {
  if (isWhole || wanted >= items.length) return [...items]
  const step = (items.length - 1) / Math.max(1, wanted - 1)
  return items.filter((_, index) => Array.from({length: wanted}, (__, n) => Math.round(n * step)).includes(index))
}

/** What a suite says at its end; also to scripts/test.mjs, which tells how long the whole of a file would take. */
export function ofWhole(url: string, run: number, whole: number): string {
  const {MATRIX_POINTS: notes} = process.env
  if (notes) appendFileSync(notes, `${JSON.stringify({file: fileURLToPath(url), run, whole})}\n`)
  return run === whole ? `${run} points, which are all` : `${run} points of ${whole}`
}
