/** What the work fails with; that it succeeds is the failure. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    return error
  }

  throw new Error('expected a failure, and there was none')
}

/** The same, where the kind of error matters. */
export async function errorOf<T extends Error>(kind: abstract new (...args: never[]) => T, work: Promise<unknown>): Promise<T> {
  const error = await failureOf(work)
  if (error instanceof kind) return error
  throw error
}
