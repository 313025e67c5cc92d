import type {ErrorCode} from '../../errors.js'
import type {Rotation} from '../rotation.js'
import type {Record} from '../state/records.js'
import {isFinished, type RotationState} from '../state/state.js'

export const fromStoreOn = ['store', 'fanout', 'verify', 'drain'] as const

type Journaled = {record: (record: Record) => Promise<void>; state: Pick<RotationState, 'phases'>}

/** Makes the journal count finished phases as not done, so that they run again. */
export async function reopen(rotation: Journaled, names: readonly string[], why: {code: ErrorCode; message: string}): Promise<void> {
  for (const name of names) {
    if (isFinished(rotation.state, name)) await rotation.record({...why, name, status: 'failed', type: 'phase'})
  }
}

/** Turns a rollback forward again: a consumer that cannot be given back must not keep the rotation from ending. */
export async function reverseToForward(rotation: Rotation): Promise<void> {
  // Forward every consumer is written again, verified and waited for; a later rollback begins from the start.
  await reopen(rotation, [...fromStoreOn, 'undo store', 'undo fanout'], {code: 'ROTATE_TURNED', message: 'turned forward again'})
  await rotation.record({direction: 'forward', type: 'turned'})
}
