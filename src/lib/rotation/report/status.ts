import type {Context} from '../../context.js'
import {type Aged, ages, type Cadence} from '../../credentials/due.js'
import {typed} from '../../text/shell-quote.js'
import {type InFlight, rotationsInFlight} from './in-flight-list.js'
import {lastEnded} from './last-ended.js'

export type Schedule = {cadences: readonly Cadence[]; file: null | string; within: number}

export type Status = Awaited<ReturnType<typeof statusOf>>

export async function statusOf(context: Context, {cadences, file, within}: Schedule) {
  const {authorizations, damaged, rotations} = await rotationsInFlight(context)
  const aged = ages(authorizations, cadences, {now: context.api.now, within})
  const [first] = aged
  return {
    authorizations: aged,
    /** Journals that cannot be read: each stops its own credential. */
    damaged,
    /** Says how the last rotation has ended. */
    last: (await lastEnded(context, {}))?.told ?? null,
    next: first ? nextFor(first, rotations, file) : null,
    overdue: aged.filter(({due}) => due === 'overdue').length,
    rotations,
    soon: aged.filter(({due}) => due === 'soon').length,
  }
}

export function stepsFor({authorizations, rotations}: Status, {file}: Schedule): string[] {
  return [...new Set(authorizations.flatMap(one => nextFor(one, rotations, file) ?? []))]
}

function nextFor({due, id, name}: Aged, rotations: readonly InFlight[], file: null | string): null | string {
  if (due !== 'overdue' && due !== 'soon') return null
  const inFlight = rotations.find(({description}) => description === name)
  if (inFlight) return inFlight.next[0] ?? null
  // The account has no such authorization: another account has it, or its description differs.
  if (id === null) return 'heroku authorizations'
  return typed('heroku', 'authorizations:rotate', ...(file === null ? [] : ['--file', file]), '--description', name)
}
