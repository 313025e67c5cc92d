/** Waits for all of the work even after a failure: work under way could write into a journal that another process has taken up. */
export async function allEnded<T extends [] | readonly unknown[]>(work: T): Promise<{-readonly [P in keyof T]: Awaited<T[P]>}> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
