import type {Rotation} from '../rotation.js'
import {RotationError} from '../../errors.js'
import {modeOf} from '../modes/mode.js'
import {phasesOf} from '../phases.js'
import {writeEvidence} from '../report/audit-entry.js'
import {explain, isOver} from '../report/explain.js'
import {isFinished, madeNothing} from '../state/state.js'
import {close, type Failed, giveUp} from './close.js'
import {reverseToForward} from './reopen.js'
import {begin} from './step.js'
import {takeUp} from './take-up.js'

export async function rollBack(rotations: readonly Rotation[]): Promise<Failed> {
  const failed: Failed = new Map()
  for (const rotation of rotations) {
    try {
      await runUndos(rotation)
    } catch (error) {
      const failure = explain(error, rotation)
      failed.set(rotation, isOver(failure) ? await giveUp(rotation, failure) : failure)
    }
  }

  return failed
}

async function runUndos(rotation: Rotation): Promise<void> {
  if (undoable(rotation).some(({name}) => !isFinished(rotation.state, `undo ${name}`))) {
    await takeUp(rotation)
    await modeOf(rotation.plan).refuseRollback(rotation)
  }

  if (rotation.state.direction === 'forward') await rotation.record({direction: 'back', type: 'turned'})
  try {
    for (const phase of undoable(rotation).toReversed()) {
      const name = `undo ${phase.name}`
      if (isFinished(rotation.state, name)) continue
      const conclude = await begin(rotation, name)
      await conclude(phase.undo(rotation))
    }
  } catch (error) {
    if (error instanceof RotationError && error.code === 'ROTATE_PREVIOUS_UNKNOWN') await reverseToForward(rotation)
    throw error
  }

  if (!madeNothing(rotation.state)) await writeEvidence(rotation, 'rolled_back')
  await close(rotation, 'rolled-back')
}

const undoable = ({plan}: Rotation) => phasesOf(plan).filter(phase => phase.kind === 'compensable')
