import type {Rotation} from './rotation.js'

/** Does its part, safely repeatable; answers what the person is told about it, in a few words. */
export type Step = (rotation: Rotation) => Promise<string>

/** Does the part of several rotations as one, and tells of each how it ended. */
export type Together = (rotations: readonly Rotation[]) => Promise<ReadonlyMap<Rotation, PromiseSettledResult<string>>>

export type Phase = {name: string; run: Step; together?: Together} & (
  | {kind: 'compensable'; undo: Step}
  | {kind: 'pivot' | 'read-only' | 'retriable'}
)
