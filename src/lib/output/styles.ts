import {color} from '@heroku-cli/color'

type Style = (text: string) => string

export type Styles = {app: Style; bad: Style; command: Style; dim: Style; good: Style; heading: Style; warn: Style}

const plain: Style = text => text

export function stylesFor(stream: 'stderr' | 'stdout', env: NodeJS.ProcessEnv): Styles {
  const supported = color.supports[stream]
  if (!supported || env['NO_COLOR'] !== undefined) {
    return {app: plain, bad: plain, command: plain, dim: plain, good: plain, heading: plain, warn: plain}
  }

  return {
    app: text => color.app(text),
    bad: text => color.red(text),
    command: text => color.cmd(text),
    dim: text => color.dim(text),
    good: text => color.green(text),
    heading: text => color.bold(text),
    warn: text => color.yellow(text),
  }
}

/** Most consumers are apps, and people know an app by its name. */
export function label(id: string): string {
  return id.replace(/^heroku-config:/, '')
}
