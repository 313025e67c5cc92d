import wrapAnsi from 'wrap-ansi'
import type {Trusting} from '../rotation-file/trust.js'
import type {NamedFile} from '../system/named-files.js'
import type {Reaches} from '../system/reach.js'
import type {Styles} from './styles.js'
import {reachText} from '../system/reach.js'
import {shown, visible} from '../text/shown.js'
import {nameOf, type Names} from './names.js'

type Screen = {columns: number; styles: Styles}

/** Everything that a rotation does besides calling Heroku and writing GitHub secrets, one under the other, then the files that its programs name. */
export function reachLines(reaches: readonly Reaches[], files: readonly NamedFile[], {columns, styles}: Screen, names?: Names): string[] {
  const rows = (text: string) => wrapAnsi(text, Math.max(20, columns - 4), {hard: true}).split('\n').map(line => `    ${line}`)
  // A secret of Infisical has an ID that no screen is wide enough for; where it is stands below.
  const head = (by: string) => nameOf(by, names).replace(/^infisical:[^/]+\/([^:]+):.*$/, 'Infisical $1')
  const item = (title: string, texts: readonly string[]) => (texts.length === 0 ? [] : [`  ${styles.heading(title)}`, ...texts.flatMap(text => rows(text))])
  return [
    ...shown([...reaches]).flatMap((one, index, all) => (all[index - 1]?.by === one.by ? rows(reachText(one)) : item(head(one.by), [reachText(one)]))),
    ...item('covered by the trust', files.flatMap(({path, why}) => (why === null ? [visible(path)] : []))),
    ...item('not covered by the trust', files.flatMap(({path, why}) => (why === null ? [] : [`${visible(path)} (${why})`]))),
  ]
}

export function trustText({digest, files, path: typed, reaches}: Trusting, {columns, styles}: Screen): string {
  const path = visible(typed)
  const does = reaches.length === 0
    ? 'needs no trust when you name it with --file. Once you trust it, a run that asks nobody finds and uses it too.'
    : 'does this besides calling Heroku and writing GitHub secrets:'
  return [wrapAnsi(`${styles.heading(path)} ${does}`, columns), '', ...(reaches.length === 0 ? [] : [...reachLines(reaches, files, {columns, styles}), '']), `SHA-256 ${digest}`].join('\n')
}

export function untrustedText(trusting: Trusting, screen: Screen): string {
  const what = `${trusting.path} is not trusted on this machine, or has changed since. Nothing of this is run, asked or read.`
  return `${trustText(trusting, screen)}\n\n${screen.styles.warn(wrapAnsi(what, screen.columns))}`
}
