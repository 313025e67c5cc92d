import type {Context} from '../../context.js'
import type {Authorization} from '../../heroku/schemas.js'

import {parseDescription, replaces, unmarked} from '../../credentials/description.js'
import {refused, type RotationError} from '../../errors.js'
import {refusal} from '../../journal/lock.js'
import {age} from '../../text/duration.js'
import {typed} from '../../text/shell-quote.js'
import {openJournals} from '../state/journals.js'

/** Refuses a second rotation of a credential. A rotation of this machine is known by its journal, any other by its mark. */
export async function findInFlight(context: Context, name: string, authorizations: readonly Authorization[]): Promise<void> {
  const here = (await openJournals(context)).find(({plan}) => plan.name === name)
  if (here) {
    const running = await refusal(name, context)
    if (running) throw running
    throw refused('ROTATE_IN_FLIGHT', `Rotation ${here.plan.rotation} of ${name} was interrupted and is still open.`, [
      `heroku authorizations:rotate:resume --rotation ${here.plan.rotation}`,
      `heroku authorizations:rotate:rollback --rotation ${here.plan.rotation}`,
    ])
  }

  const elsewhere = authorizations.find(({description}) => {
    const parsed = parseDescription(description)
    return parsed.mark !== null && parsed.name === name
  })
  if (!elsewhere) return
  const {mark} = parseDescription(elsewhere.description)
  if (mark !== null && replaces(mark, elsewhere.id)) throw inPlaceElsewhere(elsewhere, context.clock.now())
  throw refused(
    'ROTATE_IN_FLIGHT',
    `Rotation ${mark} of ${name} is in flight, started ${age(context.clock.now() - Date.parse(elsewhere.createdAt))} ago, on another machine or by somebody else.`,
    [
      'Wait for it to end.',
      'heroku authorizations:rotate:status',
      `heroku authorizations:rotate:rollback --rotation ${mark}`,
    ],
  )
}

/** Only the other machine knows the new token, so from here the token can only be regenerated once more. */
export function inPlaceElsewhere({description, id, updatedAt}: Authorization, now: number): RotationError {
  const {mark, name} = parseDescription(description)
  return refused(
    'ROTATE_IN_FLIGHT',
    `Rotation ${mark} regenerates the token of ${name} in place, since ${age(now - Date.parse(updatedAt))}, on another machine or by somebody else.`,
    [
      'Wait for it to end.',
      ...inPlaceSteps({description, id}),
    ],
  )
}

/** Steps for when the machine that started the rotation is gone. */
export function inPlaceSteps({description, id}: Pick<Authorization, 'description' | 'id'>): string[] {
  return [
    typed('heroku', 'authorizations:update', id, '--description', unmarked(description)),
    `heroku authorizations:rotate ${id} --in-place, once no such process runs any more and its mark is off`,
  ]
}
