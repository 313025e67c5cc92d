import type {RotationError} from '../../errors.js'
import type {Rotation} from '../rotation.js'
import type {Outcome} from '../state/records.js'
import {sweepLate} from '../incoming/sweep.js'
import {writeEvidence} from '../report/audit-entry.js'
import {explain, isLost, isOver} from '../report/explain.js'
import {madeNothing} from '../state/state.js'

/** Errors of the failed rotations; a rotation without one has come to its end. */
export type Failed = Map<Rotation, RotationError>

export async function close(rotation: Rotation, outcome: Outcome): Promise<void> {
  // In this order: a closed journal is never looked at again, so nothing sealed may be left behind it.
  await rotation.tokens.shred()
  await rotation.record({outcome, type: 'closed'})
}

export async function giveUp(rotation: Rotation, error: unknown): Promise<RotationError> {
  const failure = explain(error, rotation)
  const isClean = madeNothing(rotation.state) || (failure.exit === 'failed' && rotation.state.incoming === null) || isOver(failure)
  // Whoever took the rotation over needs its sealed tokens.
  if (!isClean || isLost(failure)) return failure
  try {
    // A closed journal is never looked at again, so the authorization of a lost create is looked for now.
    if (rotation.state.lostAt !== null) await sweepLate(rotation, null)
    await writeEvidence(rotation, 'failed')
    await close(rotation, 'failed')
  } catch {
    rotation.context.report({text: 'the journal could not be closed; resume does that', type: 'warning'})
  }

  return failure
}
