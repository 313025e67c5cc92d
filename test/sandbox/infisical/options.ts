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

/** A folder of one environment, where a `*` in the path stands for anything. */
type Scope = {environment: string; secretPath: string}

/** May be changed while the server runs. */
export type InfisicalSwitches = {
  /** Status for a secret that is absent; 400 on servers before 2024. */
  absentStatus: 400 | 404
  /** A policy protects every folder: a change that a user makes is kept until `approve()`. */
  approval: boolean
  /** Whether it is kept for identities and service tokens too, which is not so on the server that was tried. */
  approvalForAll: boolean
  /** Status for a request of the wrong shape. */
  invalidStatus: 401 | 422
  /** No login may do anything in the project. */
  noAccess: boolean
  /** A login may read secrets by their name, and not list them. */
  noList: boolean
  /** Every login may read and nothing else. */
  readOnly: boolean
  /** What the service token may reach; one scope without a `*` is read from whatever a GET asks for. Default: everything. */
  scopes: readonly Scope[] | null
  /** Seconds that a 429 asks to wait for; null where it does not say. */
  retryAfter: null | number
  /** Whether that one scope is read from by /api/v4 too, which is not confirmed. */
  singleScopeInV4: boolean
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
