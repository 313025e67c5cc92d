type Glyphs = typeof unicode

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
/** `waiting` stands for something that has not begun. */
const unicode = {app: '⬢ ', bar: '›', dots: '…', done: '✓', failed: '✗', frames, rule: '─', skipped: '-', waiting: '·'}
const ascii: Glyphs = {app: '', bar: '>', dots: '...', done: 'ok', failed: 'x', frames: ['|', '/', '-', '\\'], rule: '-', skipped: '-', waiting: '.'}

/** ASCII where the locale says so; where none is set, a terminal of today can show the rest. */
export function glyphsFor({LANG, LC_ALL, LC_CTYPE, TERM}: NodeJS.ProcessEnv): Glyphs {
  const locale = LC_ALL || LC_CTYPE || LANG || ''
  const isPlain = TERM === 'linux' || (locale !== '' && !/utf-?8/i.test(locale))
  return isPlain ? ascii : unicode
}
