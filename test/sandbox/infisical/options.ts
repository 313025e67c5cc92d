import type {Clock} from '../clock/clock.js'
import type {World} from '../model/world.js'

type SecretSpec = {
  environment?: string
  key?: string
  path?: string
  /** Default: the value comes in last, after these. */
  versions?: string[]
  value: string
}

/** May be changed while the server runs. */
export type InfisicalSwitches = {
  /** A policy protects every folder: a change is kept until `approve()`. */
  approval: boolean
  /** Every login may read and nothing else. */
  readOnly: boolean
  /** Whether /api/v3/secrets/raw is there. */
  v3: boolean
  /** Whether /api/v4/secrets is there. */
  v4: boolean
}

export type InfisicalOptions = {
  clock?: Clock
  /** Default: dev and prod. */
  environments?: string[]
  /** Besides the root and those that secrets are in. */
  folders?: string[]
  latencyMs?: number
  port?: number
  project?: string
  secrets?: SecretSpec[]
  switches?: Partial<InfisicalSwitches>
  /** Whose tokens the secrets have to hold: those that hold one in the beginning are watched. */
  world?: World
}
