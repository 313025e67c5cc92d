export type Glyphs = {
  app: string
  bar: string
  dots: string
  done: string
  failed: string
  frames: readonly string[]
  /** Stands for nothing, in a cell. */
  none: string
  rule: string
  skipped: string
  /** Stands for something that has not begun. */
  waiting: string
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const unicode: Glyphs = {app: '⬢ ', bar: '›', dots: '…', done: '✓', failed: '✗', frames, none: '–', rule: '─', skipped: '-', waiting: '·'}
const ascii: Glyphs = {app: '', bar: '>', dots: '...', done: 'ok', failed: 'x', frames: ['|', '/', '-', '\\'], none: '-', rule: '-', skipped: '-', waiting: '.'}

/** ASCII where the locale says so; where none is set, a terminal of today can show the rest. */
export function glyphsFor({LANG, LC_ALL, LC_CTYPE, TERM}: NodeJS.ProcessEnv): Glyphs {
  const locale = LC_ALL || LC_CTYPE || LANG || ''
  const isPlain = TERM === 'linux' || (locale !== '' && !/utf-?8/i.test(locale))
  return isPlain ? ascii : unicode
}
