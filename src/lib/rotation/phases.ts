/**
 * The system in one table: what a rotation does, in this order. Everything else serves it.
 *
 * Until the pivot, undoing the compensable phases backwards gives the world back as it was; after it
 * there is only forward.
 */
import type {Phase} from './phase.js'
import type {Plan} from './planning/plan.js'

import {create, revokeIncoming} from './phases/create.js'
import {drain} from './phases/drain.js'
import {fanout, fanOut, restore} from './phases/fanout.js'
import {finish} from './phases/finish.js'
import {mark, unmark} from './phases/mark.js'
import {preflight} from './phases/preflight.js'
import {prove} from './phases/prove.js'
import {regenerate} from './phases/regenerate.js'
import {revoke, revokeAll} from './phases/revoke.js'
import {restoreStore, store} from './phases/store.js'
import {validate} from './phases/validate.js'
import {verify} from './phases/verify.js'

export const phases = [
  {kind: 'read-only', name: 'preflight', run: preflight},
  {kind: 'compensable', name: 'create', run: create, undo: revokeIncoming},
  {kind: 'read-only', name: 'validate', run: validate},
  {kind: 'compensable', name: 'store', run: store, undo: restoreStore},
  {kind: 'compensable', name: 'fanout', run: fanout, together: fanOut, undo: restore},
  {kind: 'read-only', name: 'verify', run: verify},
  {kind: 'read-only', name: 'drain', run: drain},
  {kind: 'pivot', name: 'revoke', run: revoke, together: revokeAll},
  {kind: 'retriable', name: 'prove', run: prove},
  {kind: 'retriable', name: 'finish', run: finish},
] as const satisfies readonly Phase[]

/** In place (`--in-place`) the pivot comes before anything is written: consumers fail until they are. */
export const inPlacePhases = [
  {kind: 'read-only', name: 'preflight', run: preflight},
  {kind: 'compensable', name: 'mark', run: mark, undo: unmark},
  {kind: 'pivot', name: 'regenerate', run: regenerate},
  {kind: 'read-only', name: 'validate', run: validate},
  {kind: 'retriable', name: 'store', run: store},
  {kind: 'retriable', name: 'fanout', run: fanout, together: fanOut},
  {kind: 'read-only', name: 'verify', run: verify},
  {kind: 'retriable', name: 'prove', run: prove},
  {kind: 'retriable', name: 'finish', run: finish},
] as const satisfies readonly Phase[]

type Named = (typeof inPlacePhases)[number] | (typeof phases)[number]
export type PhaseName = Named['name']

/** Of the ordinary table. */
export const pivot: PhaseName = 'revoke'

export const phasesOf = ({inPlace}: Pick<Plan, 'inPlace'>): readonly Named[] => (inPlace ? inPlacePhases : phases)
