import wrapAnsi from 'wrap-ansi'
import type {Trusting} from '../rotation-file/trust.js'
import type {Reaches} from '../system/reach.js'
import type {Styles} from './styles.js'
import {reachText} from '../system/reach.js'
import {shown, visible} from '../text/shown.js'
import {nameOf, type Names} from './names.js'

/** Everything that a rotation file does besides calling Heroku and GitHub, one under the other. */
export function reachLines(reaches: readonly Reaches[], columns: number, styles: Styles, names?: Names): string[] {
  return shown([...reaches]).flatMap(one => [`  ${styles.heading(nameOf(one.by, names))}`, ...wrapAnsi(reachText(one), Math.max(20, columns - 4), {hard: true}).split('\n').map(line => `    ${line}`)])
}

export function trustText({digest, path: typed, reaches}: Trusting, columns: number, styles: Styles): string {
  const path = visible(typed)
  const does = reaches.length === 0 ? 'needs no trust where you name it. Trusted, it is also used where nobody is asked.' : 'does this besides calling Heroku and GitHub:'
  return [wrapAnsi(`${styles.heading(path)} ${does}`, columns), '', ...(reaches.length === 0 ? [] : [...reachLines(reaches, columns, styles), '']), `SHA-256 ${digest}`].join('\n')
}

export function untrustedText(trusting: Trusting, columns: number, styles: Styles): string {
  const what = `${trusting.path} is not trusted on this machine, or has changed since. Nothing of this is run, asked or read.`
  return `${trustText(trusting, columns, styles)}\n\n${styles.warn(wrapAnsi(what, columns))}`
}
