import type {Styles} from './styles.js'
import {type Drift, type DriftKey, isWrong, type KeyOwner} from '../inventory/drift.js'
import {whyRight} from '../rotation/report/drift-result.js'
import {countMany} from '../text/count.js'
import {shown} from '../text/shown.js'
import {indented, wrapped} from '../text/width.js'
import {foreignText, readLines} from './discover-text.js'
import {nameOf as label, type Names} from './names.js'
import {table} from './table.js'

type Screen = {columns: number; names?: Names; styles: Styles}

export function driftText(found: Drift, calls: number, {columns, names = new Map(), styles}: Screen): string {
  const drift = shown(found)
  const {consumers, isDrift, issues, name, scanned, strays} = drift
  const [right, ...older] = issues
  const wrap = (text: string) => wrapped(text, columns)
  const lines = [
    wrap(`The right token for ${name} is that of ${styles.heading(`${right.description} (${right.id})`)}: it is ${whyRight(drift)}.`),
    ...older.map(({description, id}) => wrap(`Works too: ${description} (${id})`)),
    '',
  ]
  if (consumers.length === 0) lines.push(wrap('Nothing that was checked uses it.'))
  else lines.push(consumerTable(drift, {columns, names, styles}))
  lines.push('', wrap(isDrift ? styles.bad('Some do not have the right token.') : verdict(drift, styles)))
  if (strays.length > 0) lines.push(wrap(styles.warn(`Dead tokens of unknown origin: ${strays.map(place => label(place)).join(', ')}`)))
  if (scanned) lines.push(...readLines(scanned, calls, columns, styles))

  return `${lines.join('\n')}\n`
}

function verdict({consumers, scanned}: Drift, {good}: Styles): string {
  const hidden = consumers.filter(({keys}) => keys.some(({owner}) => owner.is === 'unreadable')).length
  if (hidden > 0) return good(`Everything that could be read has the right token; ${countMany(hidden, 'place')} could not be read.`)
  if (scanned && scanned.unread.length > 0) return 'Everything that could be read has the right token.'
  return consumers.length === 0 ? 'Everything has the right token.' : good('Everything has the right token.')
}

function consumerTable(drift: Drift, {columns, names, styles}: Required<Screen>): string {
  const rows = drift.consumers.map(({id, keys, kind, why}) => [
    kind === 'heroku-config' ? styles.app(label(id)) : label(id, names),
    keys.map(({key}) => key).join('\n'),
    keys.map(key => ownerText(key, why, drift, styles)).join('\n'),
  ])
  return table(['Name', 'Config var', 'Now'], rows, columns, styles) ?? list(drift, {columns, names, styles})
}

function list(drift: Drift, {columns, names, styles}: Required<Screen>): string {
  return drift.consumers
    .map(({id, keys, why}) => [`  ${styles.heading(label(id, names))}`, ...keys.map(key => indented(`${key.key}: ${ownerText(key, why, drift, styles)}`, '    ', columns))].join('\n'))
    .join('\n')
}

function ownerText({isWhole, owner}: DriftKey, why: null | string, {issues: [right]}: Drift, styles: Styles): string {
  const text = `${nameOf(owner, why)}${isWhole ? '' : ', within a longer value'}`
  return isWrong(owner, right) ? styles.bad(text) : text
}

function nameOf(owner: KeyOwner, why: null | string): string {
  switch (owner.is) {
  case 'right':
    return 'right'
  case 'older':
    return `older, works: ${owner.authorization.description}`
  case 'another':
    return `another token: ${owner.authorization.description}`
  case 'dead':
    return `a dead token (401)${owner.issue === null ? '' : `: ${owner.issue}`}`
  case 'foreign':
    return foreignText(owner)
  case 'unclear':
    return `${owner.fingerprint}, the token of one of these: ${owner.among.map(({description}) => description).join(', ')}`
  case 'nothing':
    return 'nothing'
  case 'other':
    return 'something that is not a token'
  case 'unreadable':
    return why === null ? 'cannot be read' : `cannot be read: ${why}`
  }
}
