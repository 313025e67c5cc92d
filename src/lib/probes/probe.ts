import type {z} from 'zod'
import type {Clock, Outside} from '../ports.js'
import type {Where} from '../system/paths.js'
import type {Reach} from '../system/reach.js'

export type ProbeAccess = Outside & {
  clock: Clock
  progress(detail: string): void
  signal: AbortSignal
}

/** No probe is given a token. */
export type Probe<Address> = {
  address: z.ZodType<Address>
  check(at: Address, access: ProbeAccess): Promise<void>
  id(at: Address): string
  kind: string
  locate(at: Address, where: Where): Address
  /** Programs, addresses and workflows that are asked. */
  reach(at: Address): readonly Reach[]
  /** Answers in a few words what was seen, or fails with them. */
  run(at: Address, access: ProbeAccess): Promise<string>
}
