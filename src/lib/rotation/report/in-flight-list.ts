import type {Context} from '../../context.js'
import type {Authorization} from '../../heroku/schemas.js'
import {issueOf, replaces} from '../../credentials/description.js'
import {type Next, textOf, toResume, toRollBack} from '../../errors.js'
import {refusal} from '../../journal/lock.js'
import {inPlaceSteps} from '../guards/in-flight.js'
import {readJournals} from '../state/journals.js'

export type InFlight = {
  /** Seconds since the start. */
  age: number
  by: null | string
  description: string
  /** False when only the mark in a description tells of the rotation; `by` and `phase` are null then. */
  here: boolean
  next: string[]
  phase: null | string
  rotation: string
  running: boolean
  /** False for a journal that another session wrote, or somebody changed; null where there is no journal here. */
  signed: boolean | null
}

export type Damaged = {happened: string; next: string[]; rotation: string}

/** Finds rotations by the journals of this machine and by the marks that any machine left. */
export async function rotationsInFlight(context: Context): Promise<{authorizations: Authorization[]; damaged: Damaged[]; rotations: InFlight[]}> {
  const now = context.clock.now()
  const {damaged, open} = await readJournals(context)
  const here = await Promise.all(open.map(async ({at, isSigned, plan, state}): Promise<InFlight> => {
    const last = [...state.phases].at(-1)
    return {
      age: Math.round((now - at) / 1000),
      by: state.opened ? `${state.opened.actor} on ${state.opened.host}` : null,
      description: plan.name,
      here: true,
      next: commands(plan.rotation, state.direction === 'back' || state.pivotingAt !== null).map(step => textOf(step)),
      phase: last ? `${last[0]} ${last[1].status}` : null,
      rotation: plan.rotation,
      running: (await refusal(plan.name, context)) !== null,
      signed: isSigned,
    }
  }))
  const rotations = new Set([...here, ...damaged].map(({rotation}) => rotation))
  const authorizations = await context.api.authorizations()
  const elsewhere = authorizations.flatMap((authorization): InFlight[] => {
    const {createdAt, description, id, updatedAt} = authorization
    const {mark, name} = issueOf(authorization)
    if (mark === null || rotations.has(mark)) return []
    const isInPlace = replaces(mark, id)
    const age = Math.round((now - Date.parse(isInPlace ? updatedAt : createdAt)) / 1000)
    const next = (isInPlace ? inPlaceSteps({description, id}) : commands(mark, false)).map(step => textOf(step))
    return [{age, by: null, description: name, here: false, next, phase: null, rotation: mark, running: false, signed: null}]
  })
  const told = damaged.map(({error, rotation}): Damaged => ({happened: error.happened, next: [...error.next], rotation}))
  return {authorizations, damaged: told, rotations: [...here, ...elsewhere]}
}

function commands(rotation: string, onlyForward: boolean): Next[] {
  return onlyForward ? [toResume(rotation)] : [toResume(rotation), toRollBack(rotation)]
}
