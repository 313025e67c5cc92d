import type {Result} from '../rotation/report/result.js'
import type {SessionEnd} from '../rotation/report/session-end.js'
import type {Styles} from './styles.js'
import {heroku, textOf, toRollBack} from '../errors.js'
import {count, listed} from '../text/count.js'
import {seconds, wholeSeconds} from '../text/duration.js'
import {shown} from '../text/shown.js'
import {proseWidth, widthOf, wrapped} from '../text/width.js'
import {named, nameOf, type Names} from './names.js'

/** So many are named, where all of them could be hundreds. */
const NAMED = 12

type Screen = {columns: number; names?: Names; styles: Styles}

type Step = [what: string, command: string]

type Told = {lines: string[]; steps?: Step[]}

export function summary(raw: Result, end: null | SessionEnd, {columns, names = new Map(), styles}: Screen): string {
  const result = shown(raw)
  const {lines, steps = []} = {
    completed: () => completed(result, names, styles),
    incomplete: () => stopped(result, styles),
    planned: (): Told => ({lines: ['Nothing was changed.']}),
    'rolled-back': () => rolledBack(result, styles),
  }[result.status]()
  const wrapped = lines.map(line => folded(named(line, names), columns))
  // Commands are not wrapped: they are there to be copied.
  if (end) wrapped.push(folded(`  ${styles.warn(named(end.told, names))}`, columns), `    ${styles.command(end.next)}`)
  for (const [what, command] of steps.filter(([, command]) => command !== end?.next)) {
    wrapped.push(`  ${what}${widthOf(what) + widthOf(command) + 3 > columns ? '\n    ' : ' '}${styles.command(command)}`)
  }

  return `${wrapped.join('\n')}\n`
}

function completed(result: Result, names: Names, styles: Styles): Told {
  const {description, in_place: inPlace, incoming, outgoing, phases, rotation} = result
  const took = phases.reduce((sum, phase) => sum + (phase.seconds ?? 0), 0)
  const told = exceptions(result, styles)
  return {
    lines: [
      `${done('Rotated', styles)} ${styles.heading(description)}${inPlace ? ' in place' : ''} in ${seconds(took)}.${isGapless(result, told) ? ' No app was without a working token.' : ''}`,
      `  ${usersOf(result, names, styles)}`,
      `  ${proofOf(result)}`,
      incoming?.id === outgoing.id ? `  The ID is still ${outgoing.id}.` : `  New ID: ${incoming?.id} (${incoming?.description}). Update anything that names the old ID.`,
      ...told,
    ],
    steps: [['Evidence:', `heroku authorizations:rotate:audit --rotation ${rotation}`]],
  }
}

function rolledBack(result: Result, styles: Styles): Told {
  const {consumers, description, incoming, outgoing} = result
  const everything = consumers.some(one => isOut(one)) ? 'everything else' : 'everything'
  const works = outgoing.revoked ? `was ${styles.warn('revoked')} by somebody else, so what uses its token fails` : 'works'
  return {
    lines: [
      `${done('Rolled back', styles)} the rotation of ${styles.heading(description)}.`,
      `  ${outgoing.description} (${outgoing.id}) ${works}, and ${everything} has what it had before.`,
      `  ${incoming?.id && incoming.id !== outgoing.id ? `${incoming.description} (${incoming.id}) is revoked.` : 'No new authorization is left.'}`,
      ...exceptions(result, styles),
    ],
    steps: outgoing.revoked ? [['next:', textOf(heroku('authorizations:create', '--description', description))]] : [],
  }
}

function stopped({description, in_place: inPlace, incoming, next, outgoing, rotation}: Result, styles: Styles): Told {
  const canGoBack = !inPlace && !outgoing.revoked && incoming?.id
  return {
    lines: [
      `${styles.warn('Stopped')} the rotation ${rotation} of ${styles.heading(description)} before the revoke, as you asked.`,
      canGoBack ? '  The old and the new token both work.' : `  ${outgoing.description} (${outgoing.id}) ${outgoing.revoked ? 'is revoked' : 'still works'}.`,
    ],
    steps: next === null ? [] : [['next:', next], ...(canGoBack ? [['back:', textOf(toRollBack(rotation))] satisfies Step] : [])],
  }
}

const done = (what: string, {glyphs, good}: Styles) => good(`${glyphs.done} ${what}`)

/** Not said where somebody allowed a place to be left out, where the end of old dynos was not seen, or where anything went another way than the plan's. */
function isGapless({discovery, in_place: inPlace, proof, warnings}: Result, told: readonly string[]): boolean {
  return !inPlace && proof?.incoming_status === 200 && discovery?.status === 'scanned' && discovery.allowed.length + warnings.length + told.length === 0
}

const isOut = ({status}: {status: string}) => status === 'gone' || status === 'left'

function unseenOf(id: string, dynos: null | number, drained: Result['consumers'][number]['drained']): string[] {
  if ((dynos ?? 0) === 0 || (drained && 'seen' in drained)) return []
  return [`${id} (${drained ? `${wholeSeconds(drained.waited)} waited` : 'not waited for'})`]
}

/** Consumers that did not end as the others. */
function exceptions({consumers, discovery, in_place: inPlace, status: ended}: Result, styles: Styles): string[] {
  const ids = (status: string) => consumers.filter(one => one.status === status).map(({id}) => id).join(', ')
  const [gone, left] = [ids('gone'), ids('left')]
  const unwell = consumers.filter(one => one.unwell).map(({id, unwell: what}) => `${id} (${what})`).join(', ')
  const unseen = ended === 'completed' && !inPlace ? consumers.filter(one => !isOut(one)).flatMap(({drained, dynos, id}) => unseenOf(id, dynos, drained)) : []
  const unread = ended === 'completed' ? (discovery?.unreadable ?? []) : []
  return [
    ...(gone ? [`  ${styles.warn('Deleted')} in the meantime: ${gone}.`] : []),
    ...(left ? [`  ${styles.warn('Left as it was')}; it may have ${ended === 'completed' ? 'the revoked token' : 'the new token, which is revoked'}: ${left}.`] : []),
    ...(unwell ? [`  ${styles.warn('Not all dynos are up')}: ${unwell}.`] : []),
    ...(unseen.length > 0 ? [`  The end of old dynos was not seen: ${listed(unseen, NAMED)}.`] : []),
    ...(unread.length > 0 ? [`  ${styles.warn('Not checked')}. If they used this token, they have stopped working: ${unread.map(({place, reason}) => `${place} (${reason})`).join(', ')}.`] : []),
  ]
}

type Ended = {end: null | SessionEnd; hasFailed: boolean; result: Result | undefined}

/** The error reports the failed rotations. `calls` is null where the person named one rotation. */
export function summaries(all: readonly Ended[], calls: null | number, screen: Screen): string {
  if (all.length === 0) return 'Nothing is due.\n'
  const texts = all.flatMap(({end, hasFailed, result}) => (hasFailed || !result ? [] : [summary(result, end, screen)]))
  const counted = `${count(all.length, 'rotation')}, ${calls} calls in all.\n`
  return [...texts, ...(calls === null ? [] : [counted])].join('\n')
}

function folded(line: string, columns: number): string {
  const text = line.trimStart()
  const indent = ' '.repeat(line.length - text.length)
  return wrapped(text, proseWidth(columns) - indent.length).replaceAll(/^/gm, indent)
}

function usersOf({consumers: all}: Result, names: Names, styles: Styles): string {
  const users = all.filter(one => !isOut(one))
  if (users.length === 0) return 'No app was given the new token.'
  const what = users.every(({kind}) => kind === 'heroku-config') ? 'app' : 'place'
  const told = users.map(({id, release}) => [nameOf(id, names), ...(release === null ? [] : [styles.release(`v${release}`)])].join(' '))
  return `${count(users.length, `${what} uses`, `${what}s use`)} the new token: ${listed(told, NAMED)}`
}

function proofOf({outgoing, proof}: Result): string {
  if (!proof) return `The old token (${outgoing.description}) is revoked; its end was not proved.`
  const {by, incoming_status: incoming, outgoing_status: old} = proof
  const works = incoming === null ? 'the new authorization exists; nobody tried its token' : `the new token ${incoming === 200 ? 'works (200)' : `answers ${incoming}`}`
  if (by === 'shown') return `The old token is dead: Heroku shows another one, ${works}.`
  return by === 'token' ? `The old token is dead (${old}), ${works}.` : `The old authorization is gone (its ID answers ${old}), ${works}.`
}
