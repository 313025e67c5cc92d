import type {Context} from '../../context.js'
import type {Authorization} from '../../heroku/schemas.js'
import type {RotationState} from '../state/state.js'
import {issueOf, parseDescription, replaces, unmarked} from '../../credentials/description.js'
import {heroku, type Next, refused, type RotationError, todo, toResume, toRollBack} from '../../errors.js'
import {refusal} from '../../journal/lock.js'
import {age} from '../../text/duration.js'
import {openJournals} from '../state/journals.js'

/** Refuses a second rotation of a credential. A rotation of this machine is known by its journal, any other by its mark. */
export async function findInFlight(context: Context, name: string, authorizations: readonly Authorization[]): Promise<void> {
  const here = (await openJournals(context)).find(({plan}) => plan.name === name)
  if (here) {
    const running = await refusal(name, context)
    if (running) throw running
    const {rotation} = here.plan
    throw refused('ROTATE_IN_FLIGHT', `Rotation ${rotation} of ${name} has not ended. ${stopOf(here.state)}`, [toResume(rotation), toRollBack(rotation)])
  }

  const elsewhere = authorizations.find(authorization => {
    const issue = issueOf(authorization)
    return issue.mark !== null && issue.name === name
  })
  if (!elsewhere) return
  const {mark} = parseDescription(elsewhere.description)
  if (mark === null) return
  if (replaces(mark, elsewhere.id)) throw inPlaceElsewhere(elsewhere, context.api.now)
  const since = age(context.api.now - Date.parse(elsewhere.createdAt))
  const happened = `Rotation ${mark} of ${name} is open. It was started ${since} ago on another machine or by somebody else.`
  throw refused('ROTATE_IN_FLIGHT', happened, [todo('Wait for it to end.'), heroku('authorizations:rotate:status'), toRollBack(mark)])
}

function stopOf({lastPhase, phases}: RotationState): string {
  const last = lastPhase === null ? undefined : phases.get(lastPhase)
  if (!last) return 'It stopped before its first step.'
  return last.status === 'failed' ? `It stopped in ${lastPhase}: ${last.message}` : `It stopped ${last.status === 'finished' ? 'after' : 'in'} ${lastPhase}.`
}

/** Only the other machine knows the new token, so from here the token can only be regenerated once more. */
export function inPlaceElsewhere(authorization: Authorization, now: number): RotationError {
  const {description, id, updatedAt} = authorization
  const {mark, name} = issueOf(authorization)
  const happened = `Rotation ${mark} of ${name} is open: another machine or somebody else has been regenerating the token in place for ${age(now - Date.parse(updatedAt))}.`
  return refused('ROTATE_IN_FLIGHT', happened, [todo('Wait for it to end.'), ...inPlaceSteps({description, id})])
}

/** Steps for when the machine that started the rotation is gone. */
export function inPlaceSteps({description, id}: Pick<Authorization, 'description' | 'id'>): Next[] {
  return [
    heroku('authorizations:update', id, '--description', unmarked(description).trim() || id),
    {...heroku('authorizations:rotate', id, '--in-place'), note: ', once no such process runs any more and the description no longer names the rotation'},
  ]
}
