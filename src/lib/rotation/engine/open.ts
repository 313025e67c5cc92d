import type {Context} from '../../context.js'
import type {Reads} from '../../heroku/platform-api.js'
import type {ProgressEvent} from '../../ports.js'
import type {Planned} from '../planning/make-plan.js'
import type {Plan} from '../planning/plan.js'
import type {Rotation} from '../rotation.js'
import {type OpenJournal, openRotation, type Overrides, reopenRotation} from '../state/journals.js'
import {refuseOtherApps} from '../state/skip-health.js'
import {giveUp} from './close.js'

/** Opens all rotations or none: a rotation that was opened before another fails is closed again. */
export const openAll = (context: Context, planned: readonly Planned[]): Promise<Rotation[]> => allOrNone(context, planned, openRotation, giveUp)

export async function reopenAll(context: Context, journals: readonly OpenJournal[], waits: Overrides): Promise<Rotation[]> {
  refuseOtherApps(journals.map(({plan}) => plan), waits.skipHealth)
  const reads: Reads = new Map()
  return allOrNone(context, journals, (own, journal) => reopenRotation(own, journal, waits, reads))
}

async function allOrNone<T extends {plan: Plan}>(context: Context, all: readonly T[], open: (own: Context, one: T) => Promise<Rotation>, undo?: typeof giveUp): Promise<Rotation[]> {
  const opened: Rotation[] = []
  try {
    for (const one of all) opened.push(await open(contextOf(context, one.plan.name, all.length), one))
    return opened
  } catch (error) {
    for (const rotation of opened) {
      await undo?.(rotation, error)
      await rotation.release()
    }

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
