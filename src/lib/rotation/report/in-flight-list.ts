import type {Context} from '../../context.js'
import type {Authorization} from '../../heroku/schemas.js'
import {issueOf, replaces} from '../../credentials/description.js'
import {heroku, textOf, toResume, toRollBack} from '../../errors.js'
import {holderOf} from '../../journal/lock.js'
import {inPlaceSteps} from '../guards/in-flight.js'
import {type OpenJournal, readJournals} from '../state/journals.js'
import {type Standing, standingOf} from './standing.js'

export type InFlight = {
  /** Seconds since the start. */
  age: number
  by: null | string
  description: string
  /** False when only the mark in a description tells of the rotation; `by` and `phase` are null then. */
  here: boolean
  next: string[]
  phase: null | string
  /** The process that runs it; null where none does. */
  process: null | number
  rotation: string
  running: boolean
  /** False for a journal that another session wrote, or somebody changed; null where there is no journal here. */
  signed: boolean | null
  /** Null where there is no journal here. */
  standing: null | Standing
}

export type Damaged = {happened: string; next: string[]; rotation: string}

/** Reads the journals of this machine, and calls nobody. */
export async function rotationsHere(context: Context): Promise<InFlight[]> {
  const {open} = await readJournals(context)
  return Promise.all(open.map(async journal => inFlightHere(context, journal)))
}

async function inFlightHere(context: Context, {at, isSigned, plan, state}: OpenJournal): Promise<InFlight> {
  const now = context.api.now
  const last = [...state.phases].at(-1)
  const holder = await holderOf(plan.name, context)
  const isOneWay = state.direction === 'back' || state.pivotingAt !== null
  const byHand = last?.[1].status === 'failed' ? plan.consumers.find(({id, kind}) => kind === 'manual' && state.consumers.get(id)?.status === 'untouched') : undefined
  const done = byHand ? ['--done', byHand.keys[0] ?? ''] : []
  const steps = [toResume(plan.rotation, ...done), ...(isOneWay ? [] : [toRollBack(plan.rotation)])]
  return {
    age: Math.max(0, Math.round((now - at) / 1000)),
    by: state.opened ? `${state.opened.actor} on ${state.opened.host}` : null,
    description: plan.name,
    here: true,
    // Another command would be refused while the rotation runs.
    next: (holder ? [heroku('authorizations:rotate:status', '--watch')] : steps).map(step => textOf(step)),
    phase: last ? `${last[0]} ${last[1].status}` : null,
    process: holder?.pid ?? null,
    rotation: plan.rotation,
    running: holder !== null,
    signed: isSigned,
    standing: standingOf(plan, state, now),
  }
}

/** Finds rotations by the journals of this machine and by the marks that any machine left. */
export async function rotationsInFlight(context: Context): Promise<{authorizations: Authorization[]; damaged: Damaged[]; rotations: InFlight[]}> {
  const {damaged, open} = await readJournals(context)
  const authorizations = await context.api.authorizations()
  const {now} = context.api
  const here = await Promise.all(open.map(async journal => inFlightHere(context, journal)))
  const rotations = new Set([...here, ...damaged].map(({rotation}) => rotation))
  const elsewhere = authorizations.flatMap((authorization): InFlight[] => {
    const {createdAt, description, id, updatedAt} = authorization
    const {mark, name} = issueOf(authorization)
    if (mark === null || rotations.has(mark)) return []
    const isInPlace = replaces(mark, id)
    const age = Math.round((now - Date.parse(isInPlace ? updatedAt : createdAt)) / 1000)
    const next = (isInPlace ? inPlaceSteps({description, id}) : [toResume(mark), toRollBack(mark)]).map(step => textOf(step))
    return [{age, by: null, description: name, here: false, next, phase: null, process: null, rotation: mark, running: false, signed: null, standing: null}]
  })
  const told = damaged.map(({error, rotation}): Damaged => ({happened: error.happened, next: [...error.next], rotation}))
  return {authorizations, damaged: told, rotations: [...here, ...elsewhere]}
}
