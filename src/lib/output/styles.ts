import {color} from '@heroku-cli/color'
import {type Glyphs, glyphsFor} from './glyphs.js'

type Style = (text: string) => string

/** The colours that heroku has for apps, config vars, users and the rest. */
export type Styles = {
  app: Style
  bad: Style
  command: Style
  dim: Style
  glyphs: Glyphs
  good: Style
  heading: Style
  key: Style
  name: Style
  release: Style
  user: Style
  warn: Style
}

const plain: Style = text => text

export function stylesFor(stream: 'stderr' | 'stdout', env: NodeJS.ProcessEnv): Styles {
  const glyphs = glyphsFor(env)
  const supported = color.supports[stream]
  if (!supported || env['NO_COLOR'] !== undefined) {
    return {app: plain, bad: plain, command: plain, dim: plain, glyphs, good: plain, heading: plain, key: plain, name: plain, release: plain, user: plain, warn: plain}
  }

  return {
    app: text => color.heroku(`${glyphs.app}${text}`),
    bad: text => color.red(text),
    command: text => color.cmd(text),
    dim: text => color.dim(text),
    glyphs,
    good: text => color.green(text),
    heading: text => color.bold(text),
    key: text => color.configVar(text),
    name: text => color.magenta(text),
    release: text => color.release(text),
    user: text => color.cyan(text),
    warn: text => color.yellow(text),
  }
}
