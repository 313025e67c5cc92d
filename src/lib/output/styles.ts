import {color} from '@heroku-cli/color'
import {glyphsFor} from './glyphs.js'

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
