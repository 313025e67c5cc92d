import wrapAnsi from 'wrap-ansi'
import type {Result} from '../rotation/report/result.js'
import type {SessionEnd} from '../rotation/report/session-end.js'
import type {Styles} from './styles.js'
import {count} from '../text/count.js'
import {seconds} from '../text/duration.js'
import {shown} from '../text/shown.js'
import {named, type Names} from './names.js'

type Screen = {columns: number; names?: Names; styles: Styles}

export function summary(raw: Result, end: null | SessionEnd, {columns, names = new Map(), styles}: Screen, isOneOfSeveral = false): string {
  const result = shown(raw)
  const took = result.phases.reduce((sum, phase) => sum + (phase.seconds ?? 0), 0)
  const lines: string[] = []
  switch (result.status) {
  case 'completed': {
    lines.push(
      `${styles.good('Rotated')} ${styles.heading(result.description)} in ${seconds(took)}${isOneOfSeveral ? '' : ` with ${result.api_calls} calls`}.`,
      ...(result.incoming?.id === result.outgoing.id
        ? [
          `  ${result.outgoing.description} (${result.outgoing.id}) has a new token, which works and is used by ${consumersOf(result)}.`,
          `  The old token is dead: ${proofOf(result)}.`,
        ]
        : [
          `  ${result.incoming?.description} (${result.incoming?.id}) works and is used by ${consumersOf(result)}.`,
          `  ${result.outgoing.description} (${result.outgoing.id}) is revoked: ${proofOf(result)}.`,
        ]),
    )
    break
  }

  case 'rolled-back': {
    lines.push(
      `${styles.good('Rolled back')} the rotation of ${styles.heading(result.description)}.`,
      `  ${result.outgoing.description} (${result.outgoing.id}) works, and ${everyOne(result)} has what it had before.`,
      `  ${result.incoming?.id && result.incoming.id !== result.outgoing.id ? `${result.incoming.description} (${result.incoming.id}) is revoked.` : 'No new authorization is left.'}`,
    )
    break
  }

  case 'incomplete': {
    lines.push(
      `${styles.warn('Stopped')} the rotation ${result.rotation} of ${styles.heading(result.description)} before the revoke, as you asked.`,
      `  ${result.outgoing.description} (${result.outgoing.id}) ${result.outgoing.revoked ? 'is revoked' : 'still works'}.`,
    )
    break
  }

  case 'planned':
    lines.push('Nothing was changed.')
    break
  }

  lines.push(...exceptions(result, styles), ...notChecked(result, styles))
  const wrapped = lines.map(line => folded(named(line, names), columns))
  // Commands are not wrapped: they are there to be copied.
  if (end) wrapped.push(folded(`  ${styles.warn(named(end.told, names))}`, columns), `    ${styles.command(end.next)}`)
  if (result.next && result.next !== end?.next) wrapped.push(`  next: ${styles.command(result.next)}`)
  return `${wrapped.join('\n')}\n`
}

function notChecked({discovery, status}: Result, styles: Styles): string[] {
  const unread = status === 'completed' ? (discovery?.unreadable ?? []) : []
  return unread.length === 0 ? [] : [`  ${styles.warn('Not checked')}. If they used this token, they have stopped working: ${unread.map(({place, reason}) => `${place} (${reason})`).join(', ')}.`]
}

const everyOne = ({consumers}: Result) => (consumers.some(one => isOut(one)) ? 'every other consumer' : 'every consumer')

const isOut = ({status}: {status: string}) => status === 'gone' || status === 'left'

/** Consumers that did not end as the others. */
function exceptions({consumers, status: ended}: Result, styles: Styles): string[] {
  if (ended !== 'completed' && ended !== 'rolled-back') return []
  const ids = (status: string) => consumers.filter(one => one.status === status).map(({id}) => id).join(', ')
  const [gone, left] = [ids('gone'), ids('left')]
  const unwell = consumers.filter(one => one.unwell).map(({id, unwell: what}) => `${id} (${what})`).join(', ')
  return [
    ...(gone ? [`  ${styles.warn('Deleted')} in the meantime: ${gone}.`] : []),
    ...(left ? [`  ${styles.warn('Left as it was')}; it may have ${ended === 'completed' ? 'the revoked token' : 'the new token, which is revoked'}: ${left}.`] : []),
    ...(unwell ? [`  ${styles.warn('Not all dynos are up')}: ${unwell}.`] : []),
  ]
}

type Ended = {end: null | SessionEnd; hasFailed: boolean; result: Result | undefined}

/** The error reports the failed rotations. `calls` is null where the person named one rotation. */
export function summaries(all: readonly Ended[], calls: null | number, screen: Screen): string {
  if (all.length === 0) return 'Nothing is due.\n'
  const texts = all.flatMap(({end, hasFailed, result}) => (hasFailed || !result ? [] : [summary(result, end, screen, calls !== null)]))
  const counted = `${count(all.length, 'rotation')}, ${calls} calls in all.\n`
  return [...texts, ...(calls === null ? [] : [counted])].join('\n')
}

function folded(line: string, columns: number): string {
  const text = line.trimStart()
  const indent = ' '.repeat(line.length - text.length)
  return wrapAnsi(text, columns - indent.length).replaceAll(/^/gm, indent)
}

function consumersOf({consumers: all}: Result): string {
  const consumers = all.filter(one => !isOut(one))
  return consumers.length === 1 ? (consumers[0]?.id ?? '') : `${consumers.length} consumers`
}

function proofOf({proof}: Result): string {
  if (!proof) return 'not proved'
  if (proof.by === 'shown') return `Heroku shows the new one, which answers ${proof.incoming_status}`
  const what = proof.by === 'token' ? 'its token' : 'its id'
  const other = proof.incoming_status === null ? 'the new authorization exists; nobody tried its token' : `the new token answers ${proof.incoming_status}`
  return `${what} answers ${proof.outgoing_status} while ${other}`
}
