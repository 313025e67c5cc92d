import type {Context} from '../../context.js'
import type {RotationError} from '../../errors.js'
import type {ProgressEvent} from '../../ports.js'
import type {Planned} from '../planning/make-plan.js'
import type {Rotation} from '../rotation.js'

import {toRotationError} from '../report/explain.js'
import {type OpenJournal, openRotation, reopenRotation, type Waits} from '../state/journals.js'
import {advanceAll, giveUp, rollBack} from './advance.js'

/** What went wrong, by rotation; those that are not in it have come to their end. */
export type Failed = Map<Rotation, RotationError>

/** All or none: what was opened already is closed again, and has done nothing. */
export async function openAll(context: Context, planned: readonly Planned[]): Promise<Rotation[]> {
  const open: Rotation[] = []
  try {
    for (const one of planned) open.push(await openRotation(planned.length === 1 ? context : inNameOf(context, one.plan.name), one))
    return open
  } catch (error) {
    for (const rotation of open) {
      await giveUp(rotation, error)
      await rotation.release()
    }

    throw error
  }
}

/** Those that an earlier process left. */
export async function reopenAll(context: Context, journals: readonly OpenJournal[], waits: Waits = {}): Promise<Rotation[]> {
  const open: Rotation[] = []
  try {
    for (const one of journals) open.push(await reopenRotation(journals.length === 1 ? context : inNameOf(context, one.plan.name), one, waits))
    return open
  } catch (error) {
    for (const rotation of open) await rotation.release()
    throw error
  }
}

/** Each in the direction it was going; what is given back goes first. */
export async function goOnAll(rotations: readonly Rotation[]): Promise<Failed> {
  const back = rotations.filter(({state}) => state.direction === 'back')
  const failed = await rollBackAll(back)
  const forward = await advanceAll(rotations.filter(rotation => !back.includes(rotation)))
  return new Map([...failed, ...forward])
}

/** One after the other. */
export async function rollBackAll(rotations: readonly Rotation[]): Promise<Failed> {
  const failed: Failed = new Map()
  for (const rotation of rotations) {
    try {
      await rollBack(rotation)
    } catch (error) {
      failed.set(rotation, toRotationError(error))
    }
  }

  return failed
}

/** What is told of one of several says which; of a consumer, which several may have, it is told once. */
function inNameOf(context: Context, name: string): Context {
  return {...context, report: event => context.report(named(event, name))}
}

function named(event: ProgressEvent, name: string): ProgressEvent {
  if (event.type === 'consumer') return event
  return event.type === 'phase' ? {...event, name: `${name} ${event.name}`} : {...event, text: `${name}: ${event.text}`}
}
