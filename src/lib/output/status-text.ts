import type {Aged} from '../credentials/due.js'
import type {Status} from '../rotation/report/status.js'
import type {Styles} from './styles.js'
import {count} from '../text/count.js'
import {age} from '../text/duration.js'
import {shown} from '../text/shown.js'
import {proseWidth, wrapped} from '../text/width.js'
import {inFlightText} from './in-flight-text.js'
import {table} from './table.js'

export function statusText(status: Status, steps: readonly string[], columns: number, styles: Styles): string {
  const {authorizations, damaged, last, overdue, rotations, soon} = shown(status)
  const counted = [...(overdue > 0 ? [styles.bad(`${overdue} overdue`)] : []), ...(soon > 0 ? [styles.warn(`${soon} due soon`)] : [])].join(', ')
  const none = ['No rotation is open.', last ?? ''].join(' ').trimEnd()
  return [
    rotations.length === 0 ? `${wrapped(none, proseWidth(columns))}\n` : rotations.map(rotation => inFlightText(rotation, columns, styles)).join('\n'),
    ...(rotations.filter(({here}) => here).length > 1 ? [`all of those on this machine:\n  ${styles.command('heroku authorizations:rotate:resume --all')}\n`] : []),
    ...damaged.map(({happened, next}) => `${styles.bad(happened)}\n${next.map(step => `  ${step}\n`).join('')}`),
    ...(authorizations.length === 0 ? [] : [`${authorizationTable(authorizations, columns, styles)}\n`]),
    ...(counted === '' ? [] : [[`${counted}:`, ...steps.map(command => `  ${styles.command(command)}`), ''].join('\n')]),
  ].join('\n')
}

function authorizationTable(authorizations: readonly Aged[], columns: number, styles: Styles): string {
  const rows = authorizations.map(authorization => [
    authorization.description || '–',
    authorization.age === null ? 'missing' : age(authorization.age * 1000),
    authorization.scope.join('\n') || '–',
    authorization.id === null ? '–' : expiry(authorization),
    authorization.every === null ? '–' : count(authorization.every, 'day'),
    coloured(authorization, styles)(due(authorization)),
  ])
  return table(['Authorization', 'Age', 'Scope', 'Expires', 'Every', 'Due'], rows, columns, styles) ?? list(authorizations, styles)
}

function list(authorizations: readonly Aged[], styles: Styles): string {
  return authorizations.map(one => [
    styles.heading(one.description || '–'),
    one.age === null
      ? '  missing: your account has none of this name'
      : `  ${age(one.age * 1000)} old, scope ${one.scope.join(', ') || 'none'}, ${one.expires_in === null ? 'never expires' : `expires ${expiry(one)}`}`,
    ...(one.due === null && one.newer === null
      ? []
      : [coloured(one, styles)(`  ${one.every === null ? '' : `every ${count(one.every, 'day')}, `}${one.newer === null ? `due ${due(one)}` : due(one)}`)]),
  ].join('\n')).join('\n')
}

function due({due_in: dueIn, id, newer}: Aged): string {
  if (newer !== null) return 'replaced'
  if (id === null) return 'now'
  return dueIn === null ? '–' : fromNow(dueIn)
}

const expiry = ({expires_in: seconds}: Aged) => (seconds === null ? 'never' : fromNow(seconds))

const fromNow = (seconds: number) => (seconds > 0 ? `in ${age(seconds * 1000)}` : `${age(-seconds * 1000)} ago`)

function coloured({due: urgency}: Aged, {bad, warn}: Styles): (text: string) => string {
  if (urgency === 'overdue') return bad
  return urgency === 'soon' ? warn : text => text
}
