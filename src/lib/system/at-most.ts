import pLimit from 'p-limit'

/** Works on all of them, on so many at once. */
export function atMost<T, R>(concurrency: number, all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const limit = pLimit(concurrency)
  return Promise.all(all.map(one => limit(work, one)))
}
