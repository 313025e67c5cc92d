import {count} from './count.js'

const DAY = 86_400

/** In seconds: a week, which no timer is too short for. */
export const LONGEST_WAIT = 7 * DAY
/** In seconds: who types less has left out the unit, and every app would fail soon after the rotation. */
export const SHORTEST_LIFETIME = 3600
/** In seconds: the most that 32 bits hold, 68 years. */
export const LONGEST_LIFETIME = 2 ** 31 - 1

const SECONDS: ReadonlyMap<string, number> = new Map([['', 1], ['s', 1], ['m', 60], ['h', 3600], ['d', DAY], ['w', 7 * DAY]])

/** Reads `90d`, `30s`, `10m` for minutes, or bare seconds. */
export function secondsIn(text: string): null | number {
  const [, amount = '', unit = ''] = /^(\d{1,10})([smhdw]?)$/.exec(text) ?? []
  return amount === '' ? null : Number(amount) * (SECONDS.get(unit) ?? 1)
}

/** Minutes up to two hours, hours up to two days, days from then on. */
export function age(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  if (minutes < 1) return 'less than a minute'
  if (minutes < 120) return count(minutes, 'minute')
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`
}

/** How long a token is valid: as an age, but to the nearest one, because a token that was just made has lived for a moment. */
export function lifetime(value: number): string {
  const unit = [DAY, 3600].find(each => value >= 2 * each) ?? 60
  return age(Math.round(value / unit) * unit * 1000)
}

/** `0.4 s`, `12 s`, `3 min 20 s`. */
export function seconds(value: number | undefined): string {
  if (value === undefined) return ''
  return value < 10 ? `${value.toFixed(1)} s` : wholeSeconds(Math.round(value))
}

/** Rounds up, and has no fraction that would change with every look. */
export function wholeSeconds(value: number): string {
  const whole = Math.max(0, Math.ceil(value))
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** Rounds up, for a wait that is to come. */
export function minutes(ms: number): string {
  const whole = Math.ceil(ms / 60_000)
  return whole === 1 ? 'a minute' : `${whole} minutes`
}

/** `1 minute`, `half a minute`: nobody knows it better beforehand. */
export function roughly(seconds: number): string {
  return seconds < 40 ? 'half a minute' : count(Math.round(seconds / 60), 'minute')
}
