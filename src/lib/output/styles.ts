import {color} from '@heroku-cli/color'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
/** `waiting` stands for something that has not begun. */
const unicode = {app: '⬢ ', bar: '›', dots: '…', done: '✓', failed: '✗', frames, rule: '─', skipped: '-', waiting: '·'}
const ascii: typeof unicode = {app: '', bar: '>', dots: '...', done: 'ok', failed: 'x', frames: ['|', '/', '-', '\\'], rule: '-', skipped: '-', waiting: '.'}

/** ASCII where the locale says so; where none is set, a terminal of today can show the rest. */
function glyphsFor({LANG, LC_ALL, LC_CTYPE, TERM}: NodeJS.ProcessEnv) {
  const locale = LC_ALL || LC_CTYPE || LANG || ''
  const isPlain = TERM === 'linux' || (locale !== '' && !/utf-?8/i.test(locale))
  return isPlain ? ascii : unicode
}

type Style = (text: string) => string

export type Styles = ReturnType<typeof stylesFor>

/** The colours that heroku has for apps, config vars, users and the rest. */
export function stylesFor(stream: 'stderr' | 'stdout', env: NodeJS.ProcessEnv) {
  const glyphs = glyphsFor(env)
  const isPlain = !color.supports[stream] || env['NO_COLOR'] !== undefined
  const style = (colour: Style): Style => (isPlain ? text => text : colour)
  return {
    app: style(text => color.heroku(`${glyphs.app}${text}`)),
    bad: style(text => color.red(text)),
    command: style(text => color.cmd(text)),
    dim: style(text => color.dim(text)),
    glyphs,
    good: style(text => color.green(text)),
    heading: style(text => color.bold(text)),
    key: style(text => color.configVar(text)),
    name: style(text => color.magenta(text)),
    release: style(text => color.release(text)),
    user: style(text => color.cyan(text)),
    warn: style(text => color.yellow(text)),
  }
}
