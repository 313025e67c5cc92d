import type {Clock} from './clock/clock.js'
import type {Switches} from './switches.js'

export type AccountSpec = {
  email?: string
  federated?: boolean
  name?: string | null
  twoFactor?: boolean
  /** What the operator's authenticator shows; default 123456. */
  twoFactorCode?: string
}

export type AuthorizationSpec = {
  /** How long ago it was created; default 90. */
  ageDays?: number
  /** The name of the OAuth client that it was granted to; without it, it is a direct one. */
  client?: string
  /** The account's "API Key", addressed as `~`. */
  default?: boolean
  description: string
  expiresIn?: number
  scope?: string[]
  token?: string
}

export type AppSpec = {
  /** `view`: listed, and its config vars may not be read; `read`: they may, and not changed. */
  access?: 'full' | 'none' | 'read' | 'view'
  /** Values made by `tokenOf` stand for the token of an authorization. */
  config?: Record<string, string>
  /** Process types whose dynos have crashed before anything happens, and crash with every release. */
  crashed?: string[]
  /** Dynos of every new release crash instead of coming up. */
  crashes?: boolean
  dynos?: Record<string, number>
  /** Standard-1X by default; private spaces and Fir have sizes of their own. */
  dynoSize?: string
  generation?: 'cedar' | 'fir'
  /** Eco dynos that have gone to sleep: listed, not running. */
  idle?: boolean
  /** Config vars that are write-only. */
  masked?: string[]
  name: string
  oneOff?: {command: string; endsAfterMs: number}[]
  owner?: string
  preboot?: boolean
  /** How long preboot keeps old web dynos, unseen, before they are told to stop. */
  prebootMs?: number
  releasePhase?: 'fails' | 'succeeds'
  /** Without it the app has no release phase. */
  releasePhaseMs?: number
  /** From starting to up. */
  restartMs?: number
  /** How long an old dyno still runs after it was told to stop; the default is the worst case. */
  sigtermMs?: number
  team?: string
  /** Requests on the app need a second factor. */
  twoFactor?: boolean
}

export const stages = ['test', 'review', 'development', 'staging', 'production'] as const
export type Stage = (typeof stages)[number]

export type PipelineSpec = {
  config?: Partial<Record<Stage, Record<string, string>>>
  couplings?: {app: string; stage: Stage}[]
  name: string
}

export type RateLimit = {capacity: number; perMinute: number}

export type SandboxOptions = {
  account?: AccountSpec
  apps?: AppSpec[]
  authorizations?: AuthorizationSpec[]
  clock?: Clock
  /** How long each request takes. */
  latencyMs?: number
  pipelines?: PipelineSpec[]
  port?: number
  rateLimit?: RateLimit
  /** All ids and tokens follow from it. */
  seed?: number | string
  /** All tokens look alike where redaction shows their first characters. */
  sharedPrefix?: boolean
  switches?: Partial<Switches>
}

/** In the config of an app: the token of the authorization with this description. */
export function tokenOf(description: string): string {
  return `{{token of ${description}}}`
}
