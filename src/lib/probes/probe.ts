import type {z} from 'zod'

import type {Clock, Outside} from '../ports.js'

export type ProbeAccess = Outside & {
  clock: Clock
  progress(detail: string): void
  signal: AbortSignal
}

/** A question about the world outside, answered with evidence for the audit log. It is given no token. */
export type Probe<Address> = {
  address: z.ZodType<Address>
  /** Fails when it could not be asked at all. Reads only. */
  check(at: Address, access: ProbeAccess): Promise<void>
  id(at: Address): string
  kind: string
  /** With the paths in it made absolute. */
  locate(at: Address, where: {directory: string; home: string}): Address
  /** What was seen, in a few words; fails with what was seen instead. */
  run(at: Address, access: ProbeAccess): Promise<string>
}

export function defineProbe<Address>(probe: Probe<Address>): Probe<Address> {
  return probe
}
