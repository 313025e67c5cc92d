export type Glyphs = {dots: string; done: string; failed: string; frames: readonly string[]; skipped: string}

const unicode: Glyphs = {dots: '…', done: '✓', failed: '✗', frames: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'], skipped: '-'}
const ascii: Glyphs = {dots: '...', done: 'ok', failed: 'x', frames: ['|', '/', '-', '\\'], skipped: '-'}

/** ASCII where the locale says so; where none is set, a terminal of today can show the rest. */
export function glyphsFor({LANG, LC_ALL, LC_CTYPE, TERM}: NodeJS.ProcessEnv): Glyphs {
  const locale = LC_ALL || LC_CTYPE || LANG || ''
  const isPlain = TERM === 'linux' || (locale !== '' && !/utf-?8/i.test(locale))
  return isPlain ? ascii : unicode
}
