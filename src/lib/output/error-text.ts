import wrapAnsi from 'wrap-ansi'

import type {RotationError} from '../errors.js'
import type {Styles} from './styles.js'

const BAR = ' ›   '

/** Wraps an error as the CLI does, but never a command, which is there to be copied. */
export function errorText({code, happened, next, now}: RotationError, columns: number, styles: Styles): string {
  const width = Math.max(30, columns - BAR.length)
  const prose = [`Error: ${happened}`, ...(now === undefined ? [] : [now])]
  const lines = prose.flatMap(text => wrapAnsi(text, width, {hard: true}).split('\n'))
  const steps = next.map(line => (line.startsWith('heroku ') ? `  ${styles.command(line)}` : wrapAnsi(line, width - 2, {hard: true}).replaceAll(/^/gm, '  ')))
  return [...lines, ...(steps.length === 0 ? [] : ['', 'Next:', ...steps.flatMap(step => step.split('\n'))]), styles.dim(`Code: ${code}`)]
    .map(line => `${styles.bad(BAR)}${line}`.trimEnd())
    .join('\n')
    .concat('\n')
}
