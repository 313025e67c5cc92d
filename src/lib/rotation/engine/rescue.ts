import type {Rotation} from '../rotation.js'
import {type ErrorCode, heroku, isOurs, type RotationError, textOf, toResume} from '../../errors.js'
import {rollBack} from './roll-back.js'

/** Nothing has failed: the rotation waits for a person, and then goes on. */
const WAITING: ReadonlySet<ErrorCode> = new Set(['ROTATE_APPROVAL', 'ROTATE_MANUAL'])

export const canRollBack = ({plan, state}: Rotation) => !plan.inPlace && state.closed === null && state.pivotingAt === null && state.direction === 'forward'

export function canRescue(rotation: Rotation, error: RotationError): boolean {
  const {state} = rotation
  const failed = ['fanout', 'verify'].some(name => state.phases.get(name)?.status === 'failed')
  return error.exit === 'incomplete' && failed && canRollBack(rotation) && !WAITING.has(error.code)
}

/** Rolls back after a failure; the failure is then told as one that left nothing half-done. */
export async function rescue(rotation: Rotation, error: RotationError): Promise<RotationError> {
  const failure = (await rollBack([rotation])).get(rotation)
  if (failure) throw failure
  const again = {...heroku('authorizations:rotate', '--description', rotation.plan.name), note: 'Once that is repaired'}
  return error.with({
    exit: 'failed',
    next: [...error.steps.filter(step => !isOurs(step) && !textOf(step).includes(textOf(toResume()))), again],
    now: 'Everything was rolled back: the old token works, everything has what it had before, and the new authorization is revoked.',
  })
}
