import type {Rotation} from '../rotation.js'
import type {Record} from '../state/records.js'
import type {RotationState} from '../state/state.js'

/** What comes after a consumer is to be written again. */
export const fromStoreOn = ['store', 'fanout', 'verify', 'drain'] as const

type Journaled = {phases: RotationState['phases']; record: (record: Record) => Promise<void>}

/** Phases that were finished, and have to be done again: the journal no longer counts them as done. */
export async function reopen({phases, record}: Journaled, names: readonly string[], why: {code: string; message: string}): Promise<void> {
  for (const name of names) if (phases.get(name)?.status === 'finished') await record({...why, name, status: 'failed', type: 'phase'})
}

export const journaled = (rotation: Rotation): Journaled => ({phases: rotation.state.phases, record: record => rotation.record(record)})
