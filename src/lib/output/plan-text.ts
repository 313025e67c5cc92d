import type {Plan} from '../rotation/planning/plan.js'
import type {Styles} from './styles.js'
import {reachesOf} from '../rotation-file/reaches.js'
import {takeOver} from '../rotation/report/session-end.js'
import {count} from '../text/count.js'
import {lifetime} from '../text/duration.js'
import {shown} from '../text/shown.js'
import {indented, padded, proseWidth, widthOf, wrapped} from '../text/width.js'
import {consumerTable} from './consumer-table.js'
import {named, nameOf, type Names, namesOf} from './names.js'
import {reachLines} from './trust-text.js'
import {budget, outage, verdict} from './verdict.js'

/** Notes that are shown before somebody agrees. */
const MOST_NOTES = 2

/** `more` is the command that shows all notes; without it they are all here. `stops`: the rotation ends before the revoke. */
type Screen = {columns: number; more?: string | undefined; stops?: boolean; styles: Styles}

/** The verdict first, then who gets the token, then what it does besides, then notes. */
export function planText(raw: Plan, screen: Screen): string {
  const {columns, stops = false, styles} = screen
  const plan = shown(raw)
  const names = namesOf(raw.consumers)
  const actor = plan.actor === plan.account.email ? '' : `, on behalf of ${styles.user(plan.actor)}`
  const wrap = (text: string) => wrapped(text, proseWidth(columns))
  const lines = [
    ...(plan.inPlace ? [styles.bad(wrap(outage(plan))), ''] : []),
    wrap(`${styles.heading('Rotate')} ${styles.name(plan.name)} (${styles.user(plan.account.email)}${actor})`),
    '',
    ...verdict(plan, names, stops).map(sentence => wrap(sentence)),
    '',
    ...tokenLines(plan, screen),
    ...(plan.consumers.length > 0 ? ['', consumerTable(plan.consumers, names, columns, styles)] : []),
    ...probeLines(plan, screen),
    ...besides(raw, names, screen),
    ...(plan.sessionIsOutgoing && !stops ? sessionLines(plan, screen) : []),
    ...noteLines(plan, names, screen),
  ]
  return `${lines.join('\n')}\n`
}

/** The first sentence of the verdict on each plan. */
export function briefly(plans: readonly Plan[], {columns, stops = false, styles}: Screen): string {
  return plans.map(raw => {
    const plan = shown(raw)
    const [first = ''] = verdict(plan, namesOf(raw.consumers), stops)
    return wrapped(`${plans.length > 1 ? `${styles.name(plan.name)}: ` : ''}${plan.inPlace ? styles.bad(outage(plan)) : first}`, proseWidth(columns))
  }).join('\n').concat('\n')
}

/** Rotations that are run together share one budget of calls. */
export function plansText(plans: readonly Plan[], screen: Screen): string {
  const [first, ...others] = plans
  if (!first || others.length === 0) return plans.map(plan => planText(plan, screen)).join('')
  const all = plans.flatMap(({calls}) => calls ?? [])
  const left = all.some(calls => calls.left === null) ? null : Math.min(...all.flatMap(calls => calls.left ?? []))
  const together = budget(all.length === 0 ? undefined : {left, planned: all.reduce((sum, {planned}) => sum + planned, 0)})
  const texts = plans.map(plan => planText({...plan, calls: undefined}, screen))
  return [...texts, ...together.map(text => `${wrapped(text, proseWidth(screen.columns))}\n`)].join('\n')
}

/** The scope stands on a line of its own where it does not fit beside the name. */
function tokenLines({inPlace, incoming, outgoing}: Plan, {columns, styles}: Screen): string[] {
  const id = `${outgoing.id.slice(0, 8)}-${styles.glyphs.dots}`
  const made = inPlace ? 'the same authorization with a new token' : incoming.description
  const width = Math.max(widthOf(outgoing.description), widthOf(made))
  const rest = ({expiresIn, scope}: {expiresIn: null | number; scope: readonly string[]}) =>
    `${scope.join(', ') || 'no scope'}, ${expiresIn === null ? 'never expires' : `expires in ${lifetime(expiresIn)}`}`
  const rows = [
    {detail: rest(outgoing), id, name: outgoing.description, word: 'old'},
    {detail: inPlace ? '' : rest(incoming), id: '', name: made, word: 'new'},
  ]
  const isWide = rows.every(({detail}) => 2 + 3 + 2 + width + 2 + widthOf(id) + 2 + detail.length <= columns)
  return rows.flatMap(({detail, id: shownId, name, word}) => {
    const head = `  ${word}  ${styles.name(padded(name, width))}  ${styles.dim(padded(shownId, widthOf(id)))}`
    if (detail === '' || isWide) return [`${head}  ${detail}`.trimEnd()]
    return [head.trimEnd(), indented(detail, '       ', columns)]
  })
}

function sessionLines(plan: Plan, {columns, styles}: Screen): string[] {
  const {next, source} = takeOver(plan)
  const told = source === null
    ? 'You are logged in with this token: you will be logged out at the end. To keep the new token, use --no-revoke, then authorizations:rotate:token. Afterwards:'
    : 'You are logged in with this token: you will be logged out at the end. Afterwards:'
  return ['', ...noteOf(told, {columns, styles}), `    ${styles.command(next)}`]
}

function probeLines({probes}: Plan, {columns, styles}: Screen): string[] {
  if (probes.length === 0) return []
  const asked = probes.toSorted((a, b) => (a.wave ?? Number.MAX_VALUE) - (b.wave ?? Number.MAX_VALUE))
  const turn = (wave: null | number) => padded(wave === null ? 'at the end' : `after step ${wave}`, 12)
  return ['', styles.heading('Checks'), ...asked.map(({id, wave}) => indented(nameOf(id), ' '.repeat(16), columns).replace(/^ {16}/, `  ${turn(wave)}  `))]
}

function besides(plan: Plan, names: Names, screen: Screen): string[] {
  const reaches = reachesOf(plan)
  return reaches.length === 0 ? [] : ['', screen.styles.heading('Besides Heroku and GitHub secrets'), ...reachLines(reaches, plan.files ?? [], screen, names)]
}

/** A warning is about what the person has allowed, or about what cannot be given back: it is never left out. */
function noteLines({remarks, warnings}: Plan, names: Names, screen: Screen): string[] {
  const room = screen.more === undefined ? remarks.length : Math.max(0, MOST_NOTES - warnings.length)
  const hidden = remarks.length - room
  const notes = [
    ...warnings.flatMap(warning => noteOf(named(warning, names), screen)),
    ...remarks.slice(0, room).flatMap(remark => noteOf(named(remark, names), screen)),
    ...(hidden > 0 ? [screen.styles.dim(`  ${count(hidden, 'more note')}:`), `    ${screen.styles.command(screen.more ?? '')}`] : []),
  ]
  return notes.length === 0 ? [] : ['', ...notes]
}

function noteOf(text: string, {columns, styles}: Screen): string[] {
  const lines = wrapped(text, proseWidth(Math.max(20, columns - 4))).split('\n')
  return lines.map((line, index) => `  ${index === 0 ? styles.warn('!') : ' '} ${line}`)
}
