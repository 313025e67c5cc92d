import wrapAnsi from 'wrap-ansi'
import type {Plan, PlannedConsumer} from '../rotation/planning/plan.js'
import type {Styles} from './styles.js'
import {waitFor} from '../heroku/budget.js'
import {reachesOf} from '../rotation-file/reaches.js'
import {takeOver} from '../rotation/report/session-end.js'
import {count} from '../text/count.js'
import {lifetime, minutes} from '../text/duration.js'
import {shown} from '../text/shown.js'
import {table} from '../text/table.js'
import {label} from './styles.js'
import {reachLines} from './trust-text.js'

export function planText(raw: Plan, columns: number, styles: Styles): string {
  const plan = shown(raw)
  const {incoming, outgoing} = plan
  const expiry = (seconds: null | number) => (seconds === null ? 'never expires' : `expires in ${lifetime(seconds)}`)
  const lines = [
    wrapAnsi(`${styles.heading('Rotation of')} ${styles.heading(plan.name)} for ${plan.account.email}${plan.actor === plan.account.email ? '' : `, on behalf of ${plan.actor}`}`, columns),
    '',
    ...head('old', `${outgoing.description} (${outgoing.id})`, columns),
    ...head('', `scope ${outgoing.scope.join(', ') || 'none'}, ${expiry(outgoing.expiresIn)}`, columns),
    ...head('new', plan.inPlace ? 'the same authorization, with another token' : incoming.description, columns),
    ...(plan.inPlace ? [] : head('', `scope ${incoming.scope.join(', ') || 'none'}, ${expiry(incoming.expiresIn)}`, columns)),
    '',
    consumerTable(inOrder(plan.consumers), columns, styles),
    ...probeLines(plan, columns, styles),
    ...besides(raw, columns, styles),
    ...remarkLines(plan, columns, styles),
  ]
  if (plan.inPlace) lines.push('', styles.bad(wrapAnsi(outage(plan), columns)))
  if (plan.sessionIsOutgoing) {
    lines.push(...sessionLines(plan, columns, styles))
  }

  for (const warning of plan.warnings) lines.push('', styles.warn(wrapAnsi(`warning: ${warning}`, columns)))
  lines.push('', wrapAnsi([steps(plan), budgetText(plan.calls)].filter(Boolean).join(' '), columns))
  return `${lines.join('\n')}\n`
}

/** Rotations that are run together share one budget of calls. */
export function plansText(plans: readonly Plan[], columns: number, styles: Styles): string {
  const [first, ...others] = plans
  if (!first || others.length === 0) return plans.map(plan => planText(plan, columns, styles)).join('')
  const all = plans.flatMap(({calls}) => calls ?? [])
  const left = all.some(calls => calls.left === null) ? null : Math.min(...all.flatMap(calls => calls.left ?? []))
  const budget = budgetText(all.length === 0 ? undefined : {left, planned: all.reduce((sum, {planned}) => sum + planned, 0)}, 'Together they need')
  const texts = plans.map(plan => planText({...plan, calls: undefined}, columns, styles))
  return [...texts, ...(budget === '' ? [] : [`${wrapAnsi(budget, columns)}\n`])].join('\n')
}

function outage({consumers, timeout}: Plan): string {
  const apps = consumers.filter(({dynos}) => dynos !== null).length
  const names = consumers.map(({id}) => label(id)).join(', ')
  return [
    `In place: the old token stops working at once${names === '' ? '' : `, and so do ${names} and whatever else uses it`}.`,
    ...(apps > 0 ? [`Apps fail until they have restarted, usually 30 s; each gets up to ${timeout} s (--timeout).`] : []),
    'All are updated at once, and this cannot be undone.',
  ].join(' ')
}

function sessionLines(plan: Plan, columns: number, styles: Styles): string[] {
  const {next, source} = takeOver(plan)
  const sentences = [
    'You are logged in with the token being rotated. You will be logged out at the end.',
    source === null
      ? 'To keep the new token, use --no-revoke, then authorizations:rotate:token. Otherwise log in again afterwards:'
      : 'Afterwards, go on with:',
  ]
  return ['', styles.warn(wrapAnsi(sentences.join(' '), columns)), `  ${styles.command(next)}`]
}

const head = (name: string, text: string, columns: number) => item(name, text, 8, columns)

function item(name: string, text: string, width: number, columns: number): string[] {
  const lines = wrapAnsi(text, Math.max(20, columns - width - 4)).split('\n')
  return lines.map((line, index) => `  ${(index === 0 ? name : '').padEnd(width)}  ${line}`)
}

function probeLines({probes}: Plan, columns: number, styles: Styles): string[] {
  if (probes.length === 0) return []
  const asked = probes.toSorted((a, b) => (a.wave ?? Number.MAX_VALUE) - (b.wave ?? Number.MAX_VALUE))
  return ['', styles.heading('probes'), ...asked.flatMap(({id, wave}) => item(wave === null ? 'at the end' : `after wave ${wave}`, id, 14, columns))]
}

function besides(plan: Plan, columns: number, styles: Styles): string[] {
  const reaches = reachesOf(plan)
  return reaches.length === 0 ? [] : ['', styles.heading('besides Heroku and GitHub'), ...reachLines(reaches, columns, styles)]
}

function remarkLines({remarks}: Plan, columns: number, styles: Styles): string[] {
  if (remarks.length === 0) return []
  return ['', styles.heading('notes'), ...remarks.flatMap(remark => item('-', label(remark), 1, columns))]
}

function steps({consumers, drain, inPlace}: Plan): string {
  const restarting = consumers.flatMap(({dynos}) => (dynos === null ? [] : [dynos]))
  const apps = restarting.filter(dynos => dynos > 0).length
  const restarts = restarting.reduce((sum, dynos) => sum + dynos, 0)
  const usual = ', when old dynos have ended or have had 30 s to do so (210 s with preboot)'
  const waits = drain === 0 ? ', without waiting for old dynos' : drain === null ? usual : `, after old dynos have had ${drain} s to end`
  const byHand = consumers.filter(({notRestorable}) => notRestorable !== null).map(({id}) => label(id))
  const restart = restarts > 0 ? [`${count(apps, 'app')} and ${count(restarts, 'dyno')} restart.`] : []
  if (inPlace) return restart.join('')
  return [
    ...restart,
    `The old authorization is revoked at the end${restarting.length > 0 ? waits : ''};`,
    `until then you can roll everything back${byHand.length > 0 ? `, ${byHand.join(', ')} only by hand` : ''}.`,
  ].join(' ')
}

function consumerTable(consumers: readonly PlannedConsumer[], columns: number, styles: Styles): string {
  const rows = consumers.map(consumer => [
    placeOf(consumer),
    label(consumer.id),
    consumer.keys.join('\n'),
    consumer.keys.map(key => holding(consumer.holds[key])).join('\n'),
    consumer.dynos === null ? '–' : String(consumer.dynos),
    rollbackOf(consumer),
  ])
  return table(['wave', 'consumer', 'keys', 'holds now', 'dynos', 'rollback'].map(styles.heading), rows, columns) ?? consumerList(consumers, styles)
}

function consumerList(consumers: readonly PlannedConsumer[], styles: Styles): string {
  return consumers
    .map(consumer =>
      [
        `  ${styles.heading(label(consumer.id))}`,
        `    ${consumer.role === 'store' ? '' : 'wave '}${placeOf(consumer)}${consumer.dynos === null ? '' : `, ${count(consumer.dynos, 'dyno restarts', 'dynos restart')}`}`,
        ...consumer.keys.map(key => `    ${key}: ${holding(consumer.holds[key])}`),
        `    rollback: ${rollbackOf(consumer)}`,
      ].join('\n'),
    )
    .join('\n')
}

function inOrder<T extends {id: string; role: string; wave: number}>(all: readonly T[]): T[] {
  const turn = ({role, wave}: T) => (role === 'store' ? -1 : wave)
  return all.toSorted((a, b) => (turn(a) === turn(b) ? a.id.localeCompare(b.id) : turn(a) - turn(b)))
}

const placeOf = ({role, wave}: PlannedConsumer) => (role === 'store' ? 'store' : String(wave))

const rollbackOf = ({notRestorable}: PlannedConsumer) => notRestorable ?? 'yes'

const holding = (held: string | undefined) => ({nothing: 'not set', other: 'another value', outgoing: 'old token', unknown: 'cannot be read'})[held ?? 'nothing'] ?? ''

const number = (value: number) => value.toLocaleString('en')

function budgetText(calls: Plan['calls'], who = 'Needs'): string {
  if (!calls) return ''
  const {left, planned} = calls
  if (left === null) return `${who} about ${number(planned)} API calls.`
  const waits = waitFor(planned, left)
  const longer = waits === 0 ? '' : ` Waits about ${minutes(waits)} for more.`
  return `${who} about ${number(planned)} API calls; ${number(left)} are left.${longer}`
}
