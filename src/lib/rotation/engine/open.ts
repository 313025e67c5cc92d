import type {Context} from '../../context.js'
import type {ProgressEvent} from '../../ports.js'
import type {Planned} from '../planning/make-plan.js'
import type {Rotation} from '../rotation.js'
import {type OpenJournal, openRotation, type Overrides, reopenRotation} from '../state/journals.js'
import {refuseOtherApps} from '../state/skip-health.js'
import {giveUp} from './close.js'

/** Opens all rotations or none: a rotation that was opened before another fails is closed again. */
export async function openAll(context: Context, planned: readonly Planned[]): Promise<Rotation[]> {
  const open: Rotation[] = []
  try {
    for (const opening of planned) open.push(await openRotation(contextOf(context, opening.plan.name, planned.length), opening))
    return open
  } catch (error) {
    for (const rotation of open) {
      await giveUp(rotation, error)
      await rotation.release()
    }

    throw error
  }
}

export async function reopenAll(context: Context, journals: readonly OpenJournal[], waits: Overrides = {}): Promise<Rotation[]> {
  refuseOtherApps(journals.map(({plan}) => plan), waits.skipHealth)
  const open: Rotation[] = []
  try {
    for (const journal of journals) open.push(await reopenRotation(contextOf(context, journal.plan.name, journals.length), journal, waits))
    return open
  } catch (error) {
    for (const rotation of open) await rotation.release()
    throw error
  }
}

/** Names the rotation in its reports. A report on a consumer names none, because several rotations may share the consumer. */
function contextOf(context: Context, name: string, count: number): Context {
  return count === 1 ? context : {...context, report: event => context.report(naming(event, name))}
}

function naming(event: ProgressEvent, name: string): ProgressEvent {
  if (event.type === 'consumer') return event
  if (event.type === 'note' && event.text === '') return event
  return event.type === 'phase' ? {...event, rotation: name} : {...event, text: `${name}: ${event.text}`}
}
