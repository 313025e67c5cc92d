const WORKERS = 3

/** Works on all of them, a few at a time; answers in their order. */
export async function pooled<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>()
  const queue = items.entries()
  await Promise.all(Array.from({length: WORKERS}, async () => {
    // One queue for all of them.
    for (const [index, item] of queue) results.set(index, await work(item))
  }))
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result)
}
