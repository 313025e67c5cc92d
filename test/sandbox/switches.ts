/**
 * What is not confirmed about the real platform. Each default is the most likely truth;
 * whoever talks to the sandbox has to get along with every other setting too.
 */
export type Switches = {
  /** GET of the list of authorizations shows tokens redacted. */
  redactReads: boolean
  /** GET of one authorization shows its token redacted. */
  redactShow: boolean
  /** The answers to PATCH and DELETE of an authorization are redacted. */
  redactWrites: boolean
  /** A redacted token shows its last characters, not only its first. */
  redactSuffix: boolean
  /** How many characters a redacted token shows in front. */
  redactPrefixLength: number
  /** Regenerating answers with the full token. */
  regenerateReturnsToken: boolean
  /** Regenerating gives the token a lifetime of so many seconds, whatever it had; null where it keeps its own. */
  regenerateLifetime: number | null
  /** Regenerating starts the lifetime of the token anew. */
  regenerateResetsExpiry: boolean
  /** How long the token from before regenerating is still accepted. */
  regenerateOverlapMs: number
  /** Whether authorizations have a refresh token, and how reads show it. */
  refreshTokens: 'full' | 'none' | 'redacted'
  tokenFormat: 'hrku41' | 'hrku65' | 'uuid'
  /** How long a revoked token is still accepted. */
  revocationDelay: number
  /** A new authorization shows up in the list only after this many milliseconds. */
  listEventuallyConsistent: number
  /** POST without scope: 422, or the default scope global. */
  scopeRequired: boolean
  maxAuthorizations: number | null
  /** Users of an identity provider may create direct authorizations. */
  federatedMayCreate: boolean
  scopesEnforced: boolean
  accountScopes: 'any' | 'global+identity'
  nonGlobalMayManageAuthorizations: boolean
  /** The error id of a 403 for a token whose scope does not suffice. */
  insufficientScopeId: string
  /** With two-factor accounts, changing authorizations asks for a code. */
  authorizationWritesNeedTwoFactor: boolean
  /** Direct authorizations are never asked for a second factor. */
  directAuthorizationsSkipTwoFactor: boolean
  /** Setting a config var to the value it has makes a release. */
  identicalPatchMakesRelease: boolean
  /** While a release phase runs, config vars read as before it. */
  pendingPatchReturnsOldValues: boolean
  /** What a plain GET shows for a masked config var. */
  maskedConfigVars: 'asterisks' | 'null' | 'omitted' | 'value'
  configLimitBytes: number
  /** The most items of a list that one answer holds, whatever was asked for; at most 1000. */
  pageMax: number
  ifMatchHonoured: boolean
  retryAfterHeader: boolean
  /** The status that answers a restart. */
  restartStatus: 200 | 202
  /** How a log session sends its lines: the older host sends them plain. */
  logFormat: 'plain' | 'sse'
  logMood: LogMood
}

/**
 * What becomes of the lines of a log session on their way. `refused`: no session is made; `gone`: its address answers 404;
 * `broken`: the stream ends after a few lines; `gappy`: Logplex drops lines and says so; `lossy`: it drops them and does not.
 */
export type LogMood = 'broken' | 'doubled' | 'gappy' | 'gone' | 'late' | 'lossy' | 'refused' | 'shuffled' | 'silent' | 'whole'

export const likelySwitches: Switches = {
  accountScopes: 'global+identity',
  authorizationWritesNeedTwoFactor: false,
  configLimitBytes: 65_536,
  directAuthorizationsSkipTwoFactor: false,
  federatedMayCreate: true,
  identicalPatchMakesRelease: true,
  ifMatchHonoured: false,
  insufficientScopeId: 'forbidden',
  listEventuallyConsistent: 0,
  logFormat: 'sse',
  logMood: 'whole',
  maskedConfigVars: 'null',
  maxAuthorizations: null,
  nonGlobalMayManageAuthorizations: false,
  pageMax: 1000,
  pendingPatchReturnsOldValues: true,
  redactPrefixLength: 10,
  redactReads: true,
  redactShow: true,
  redactSuffix: true,
  redactWrites: true,
  refreshTokens: 'none',
  regenerateLifetime: null,
  regenerateOverlapMs: 0,
  regenerateResetsExpiry: true,
  regenerateReturnsToken: true,
  restartStatus: 202,
  retryAfterHeader: false,
  revocationDelay: 0,
  scopeRequired: false,
  scopesEnforced: true,
  tokenFormat: 'hrku65',
}
