/**
 * As `Promise.all`, but a failure is told when all of them have ended: what is still under way could write into a
 * journal that another process has taken up.
 */
export async function allEnded<T extends [] | readonly unknown[]>(work: T): Promise<{-readonly [P in keyof T]: Awaited<T[P]>}> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
