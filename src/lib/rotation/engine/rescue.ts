import type {Rotation} from '../rotation.js'
import {type ErrorCode, heroku, isOurs, type RotationError} from '../../errors.js'
import {rollBack} from './roll-back.js'

/** Nothing has failed: the rotation waits for a person, and then goes on. */
const WAITING: ReadonlySet<ErrorCode> = new Set(['ROTATE_APPROVAL', 'ROTATE_MANUAL'])

export function canRescue({state}: Rotation, error: RotationError): boolean {
  const isLate = state.closed !== null || state.pivotingAt !== null || state.direction === 'back'
  const failed = ['fanout', 'verify'].some(name => state.phases.get(name)?.status === 'failed')
  return error.exit === 'incomplete' && failed && !isLate && !WAITING.has(error.code)
}

/** Rolls back after a failure; the failure is then told as one that left nothing half-done. */
export async function rescue(rotation: Rotation, error: RotationError): Promise<RotationError> {
  const failure = (await rollBack([rotation])).get(rotation)
  if (failure) throw failure
  return error.with({
    exit: 'failed',
    next: [...error.steps.filter(step => !isOurs(step)), {...heroku('authorizations:rotate', '--description', rotation.plan.name), note: ', once that is repaired'}],
    now: 'Everything was rolled back: the old token works, every consumer has what it had before, and the new authorization is revoked.',
  })
}
