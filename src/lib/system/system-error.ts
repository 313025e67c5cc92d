/** The code of an error of the system, such as ENOENT; null for any other error. */
export function codeOf(error: unknown): null | string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** Answers the value where there is no such file or directory. */
export async function ifMissing<T, I>(value: I, answer: Promise<T>): Promise<I | T> {
  try {
    return await answer
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return value
    throw error
  }
}
