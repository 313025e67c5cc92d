export type ToldError = {code: string; message: string; next: string}

/** The error as a person reads it, its lines joined: what happened and what is true now, the code, what to type next. */
export function toldError(text: string): ToldError {
  const lines = text.split('\n').filter(line => line.startsWith(' ›')).map(line => line.slice(2).trim())
  const found = /^(?:Error: )?(?<message>.+?) +Next: (?<next>.+) Code: (?<code>ROTATE_[A-Z_]+)$/.exec(lines.join(' ').trim())
  const {code = '', message = '', next = ''} = found?.groups ?? {}
  if (code === '') throw new Error(`no error with a code and something to type next:\n${text}`)
  return {code, message, next}
}

/** For comparing the text, which is wrapped, with the JSON, which is not. */
export const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

/** What betrays an error that nobody has put into words. */
export const stackTrace = /\n\s+at \S+.*:\d+:\d+|node:internal/
