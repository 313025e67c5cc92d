import type {RotationState} from '../state/state.js'

/**
 * `seen`: the time by Heroku's clock when the last old dyno had ended. `waited`: seconds since the last restart.
 * Null for what is no app, was not restarted, or was not waited for.
 */
export function drainedOf({drained}: RotationState, consumer: string): null | {seen: string} | {waited: number} {
  const record = drained.get(consumer)
  if (!record) return null
  return record.seenAt === null ? {waited: record.seconds} : {seen: record.seenAt}
}
