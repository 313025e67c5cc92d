import type {Authorization} from './schemas.js'

const MINUTE = 60

/** Seconds from creation to end, to the minute: Heroku tells only the seconds that are left. */
export function lifetime({createdAt, expiresIn}: Authorization, now: number): null | number {
  if (expiresIn === null) return null
  const age = Math.max(0, (now - Date.parse(createdAt)) / 1000)
  return Math.round((age + expiresIn) / MINUTE) * MINUTE
}
