/**
 * The phases of a rotation, in the order in which they run. Until the pivot, undoing the compensable phases backwards
 * gives the world back as it was; after the pivot there is only forward.
 */
import type {Plan} from './planning/plan.js'
import {each, type Run, type Step} from './engine/step.js'
import {create, revokeIncoming} from './phases/create.js'
import {drain} from './phases/drain.js'
import {fanout, restoreConsumers} from './phases/fanout.js'
import {finish} from './phases/finish.js'
import {mark, unmark} from './phases/mark.js'
import {preflight} from './phases/preflight.js'
import {prove} from './phases/prove.js'
import {regenerate} from './phases/regenerate.js'
import {revoke} from './phases/revoke.js'
import {restoreStore, store} from './phases/store.js'
import {validate} from './phases/validate.js'
import {verify} from './phases/verify.js'

export type Phase = {name: string; run: Run} & (
  | {kind: 'compensable'; undo: Step}
  | {kind: 'pivot' | 'read-only' | 'retriable'}
)

export const phases = [
  {kind: 'read-only', name: 'preflight', run: each(preflight)},
  {kind: 'compensable', name: 'create', run: each(create), undo: revokeIncoming},
  {kind: 'read-only', name: 'validate', run: each(validate)},
  {kind: 'compensable', name: 'store', run: each(store), undo: restoreStore},
  {kind: 'compensable', name: 'fanout', run: fanout, undo: restoreConsumers},
  {kind: 'read-only', name: 'verify', run: each(verify)},
  {kind: 'read-only', name: 'drain', run: each(drain)},
  {kind: 'pivot', name: 'revoke', run: revoke},
  {kind: 'retriable', name: 'prove', run: each(prove)},
  {kind: 'retriable', name: 'finish', run: each(finish)},
] as const satisfies readonly Phase[]

/** With `--in-place` the pivot comes before anything is written, so each consumer fails until it is written. */
export const inPlacePhases = [
  {kind: 'read-only', name: 'preflight', run: each(preflight)},
  {kind: 'compensable', name: 'mark', run: each(mark), undo: unmark},
  {kind: 'pivot', name: 'regenerate', run: each(regenerate)},
  {kind: 'read-only', name: 'validate', run: each(validate)},
  {kind: 'retriable', name: 'store', run: each(store)},
  {kind: 'retriable', name: 'fanout', run: fanout},
  {kind: 'read-only', name: 'verify', run: each(verify)},
  {kind: 'retriable', name: 'prove', run: each(prove)},
  {kind: 'retriable', name: 'finish', run: each(finish)},
] as const satisfies readonly Phase[]

type Named = (typeof inPlacePhases)[number] | (typeof phases)[number]
export type PhaseName = Named['name']

export const phasesOf = ({inPlace}: Pick<Plan, 'inPlace'>): readonly Named[] => (inPlace ? inPlacePhases : phases)
