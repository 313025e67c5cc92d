import {z} from 'zod'

const DAYS: ReadonlyMap<string, number> = new Map([['d', 1], ['w', 7], ['m', 30], ['y', 365]])

/** In days. */
export const cadence = z
  .string()
  .regex(/^\d{1,4}[dwmy]$/, 'is not a cadence such as 90d, 12w, 3m or 1y')
  .transform(text => Number.parseInt(text, 10) * (DAYS.get(text.slice(-1)) ?? 1))
