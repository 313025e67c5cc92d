import type {Authorization} from './schemas.js'

const MINUTE = 60

/**
 * Seconds from making the authorization to its end, to the minute; null for one that never ends. The
 * platform tells the seconds that are left (`expires_in`, API schema).
 */
export function lifetime({createdAt, expiresIn}: Authorization, now: number): null | number {
  if (expiresIn === null) return null
  const age = Math.max(0, (now - Date.parse(createdAt)) / 1000)
  return Math.round((age + expiresIn) / MINUTE) * MINUTE
}
