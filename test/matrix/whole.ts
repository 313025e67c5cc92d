/** Whether every point of each matrix is run, as `npm run test:all` does, or a sample, as `npm test`. */
export const isWhole = process.env['WHOLE'] === '1'

/** All of them, or so many, evenly spread, with the first and the last. */
export function sampled<T>(wanted: number, items: readonly T[]): T[] {
  if (isWhole || wanted >= items.length) return [...items]
  const step = (items.length - 1) / Math.max(1, wanted - 1)
  return items.filter((_, index) => Array.from({length: wanted}, (__, n) => Math.round(n * step)).includes(index))
}

/** What a suite says at its end. */
export const ofWhole = (run: number, whole: number): string => (run === whole ? `${run} points, which are all` : `${run} points of ${whole}`)
