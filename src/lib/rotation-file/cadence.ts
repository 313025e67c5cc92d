import * as z from 'zod'

const DAYS: ReadonlyMap<string, number> = new Map([['d', 1], ['w', 7], ['m', 30], ['y', 365]])

const withoutUnit = (input: unknown) => (/^\d{1,4}$/.test(String(input)) ? `${String(input)} needs a unit: ${String(input)}d` : undefined)

/** In days. */
export const cadence = z
  .string({error: ({input}) => withoutUnit(input)})
  .regex(/^\d{1,4}[dwmy]$/, {error: ({input}) => withoutUnit(input) ?? 'is not a cadence such as 90d, 12w, 3m or 1y'})
  .transform(text => Number.parseInt(text, 10) * (DAYS.get(text.slice(-1)) ?? 1))
