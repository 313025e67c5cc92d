import type {Context} from '../../context.js'

import {type Aged, ages, type Cadence} from '../../credentials/due.js'
import {typed} from '../../text/shell-quote.js'
import {type InFlight, rotationsInFlight} from './in-flight-list.js'

/** What is known of how often things are to be rotated. */
export type Schedule = {cadences: readonly Cadence[]; file: null | string; within: number}

export type Status = {
  authorizations: Aged[]
  /** For the most urgent of those that are due. */
  next: null | string
  overdue: number
  rotations: InFlight[]
  /** Those that become due within the time asked for. */
  soon: number
}

export async function statusOf(context: Context, {cadences, file, within}: Schedule): Promise<Status> {
  const {authorizations, rotations} = await rotationsInFlight(context)
  const aged = ages(authorizations, cadences, {now: context.clock.now(), within})
  const [first] = aged
  return {
    authorizations: aged,
    next: first ? nextFor(first, rotations, file) : null,
    overdue: aged.filter(({due}) => due === 'overdue').length,
    rotations,
    soon: aged.filter(({due}) => due === 'soon').length,
  }
}

/** The commands for all that is due, the most urgent first. */
export function stepsFor({authorizations, rotations}: Status, {file}: Schedule): string[] {
  return [...new Set(authorizations.flatMap(one => nextFor(one, rotations, file) ?? []))]
}

/** Null where it is not due. */
function nextFor({due, id, name}: Aged, rotations: readonly InFlight[], file: null | string): null | string {
  if (due !== 'overdue' && due !== 'soon') return null
  const inFlight = rotations.find(({description}) => description === name)
  if (inFlight) return inFlight.next[0] ?? null
  // Missing altogether: of another account, or called something else.
  if (id === null) return 'heroku authorizations'
  return typed('heroku', 'authorizations:rotate', ...(file === null ? [] : ['--file', file]), '--description', name)
}
