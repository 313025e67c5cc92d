/** The code of an error of the system, such as ENOENT; null for any other error. */
export function codeOf(error: unknown): null | string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** Answers the value in the place of an error that is expected. */
export async function unless<T, I>(isExpected: (error: unknown) => boolean, value: I, answer: Promise<T>): Promise<I | T> {
  try {
    return await answer
  } catch (error) {
    if (isExpected(error)) return value
    throw error
  }
}

/** Answers the value where there is no such file or directory. */
export const ifMissing = <T, I>(value: I, answer: Promise<T>): Promise<I | T> => unless(error => codeOf(error) === 'ENOENT', value, answer)
