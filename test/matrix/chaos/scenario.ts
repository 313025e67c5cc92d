import type {Switches} from '../../sandbox/sandbox.js'

/** What a config var holds; `other` is the live token of another authorization, `text` no token at all. */
export type Held = 'nothing' | 'other' | 'outgoing' | 'text'

export type AppPlan = {
  /** Until it is mended, before the end. */
  breaks: 'crashes' | 'never' | 'release-phase'
  /** It has a worker that crashed before anything happens, and crashes with every release. */
  crashed: boolean
  dynos: number
  holds: Record<string, Held>
  name: string
  oneOffs: number[]
  preboot: boolean
  releasePhaseMs: null | number
  restartMs: number
  sigtermMs: number
  wave: 0 | 1 | 2
}

export const faultKinds = [
  'reset-before', 'reset-after', '500', '500-after', '503', '503-after', '429', 'hang', 'hang-after', 'malformed-json', 'wrong-shape',
] as const
export type NetworkFault = {at: number; kind: (typeof faultKinds)[number]; times: number}

/** Counted from the start of the process. */
export type Death =
  | {how: 'after' | 'before' | 'torn'; write: number}
  | {request: number; when: 'after' | 'before'}

/** Somebody changes a config var at that request of the process. */
export type Hand = {app: string; at: number; key: string; value: Held}

export const fateKinds = ['deleted', 'hidden', 'locked', 'maintenance', 'read-only', 'renamed', 'restarted', 'scaled', 'team'] as const
/** Somebody does that to an app at that request of the process. Its name and the account's rights come back before the end. */
export type Fate = {app: string; at: number; kind: (typeof fateKinds)[number]}

export type SessionKind = 'login' | 'outgoing' | 'second'

export type Action = {
  command: 'resume' | 'rollback' | 'rotate'
  death: Death | null
  fates: Fate[]
  faults: NetworkFault[]
  /** The disk is full for so many writes. */
  full: null | {times: number; write: number}
  hands: Hand[]
  /** Ctrl-C at this request. */
  interruptAt: null | number
  session: SessionKind
  waitMs: number
}

export type Operator = {actions: Action[]; machine: number}

export type Options = {
  concurrency: number
  drain: null | number
  drainTimeout: number
  expiresIn: null | number
  ignoreOneOff: boolean
  inPlace: boolean
  /** Whether apps that are on no plan are read as well. */
  looksAround: boolean
  scope: null | string[]
}

/** Everything that a run follows from, as plain JSON. */
export type Scenario = {
  apps: AppPlan[]
  latencyMs: number
  operators: Operator[]
  options: Options
  seed: string
  sharedPrefix: boolean
  switches: Partial<Switches>
}
