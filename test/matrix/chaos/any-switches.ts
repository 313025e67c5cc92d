import type {Switches} from '../../sandbox/sandbox.js'
import type {Dice} from './dice.js'

/** What is not confirmed about the real platform, set at random; half of the worlds are as they most likely are. */
export function anySwitches(dice: Dice): Partial<Switches> {
  if (dice.chance(0.4)) return {}
  const isRedacted = dice.chance(0.8)
  return {
    accountScopes: dice.any(['any', 'global+identity']),
    identicalPatchMakesRelease: dice.chance(0.5),
    ifMatchHonoured: dice.chance(0.5),
    insufficientScopeId: dice.any(['forbidden', 'insufficient_scope']),
    listEventuallyConsistent: dice.any([0, 0, 0, 800, 2500, 10_000]),
    nonGlobalMayManageAuthorizations: dice.chance(0.3),
    pendingPatchReturnsOldValues: dice.chance(0.7),
    redactPrefixLength: dice.any([10, 10, 13, 4]),
    redactReads: isRedacted,
    redactShow: isRedacted && dice.chance(0.7),
    redactSuffix: dice.chance(0.7),
    redactWrites: dice.chance(0.5),
    refreshTokens: dice.any(['none', 'none', 'full', 'redacted']),
    restartStatus: dice.any([200, 202]),
    retryAfterHeader: dice.chance(0.5),
    revocationDelay: dice.any([0, 0, 1000, 20_000]),
    scopeRequired: dice.chance(0.3),
    scopesEnforced: dice.chance(0.8),
    tokenFormat: dice.any(['hrku41', 'hrku65', 'uuid']),
    regenerateLifetime: dice.any([null, null, 28_800]),
    regenerateOverlapMs: dice.any([0, 0, 1000, 20_000]),
    regenerateResetsExpiry: dice.chance(0.5),
    // Drawn last, so that what comes before it is what it was.
    logFormat: dice.any(['plain', 'sse']),
    logMood: dice.any(['whole', 'whole', 'whole', 'lossy', 'lossy', 'broken', 'doubled', 'gappy', 'gone', 'late', 'refused', 'shuffled', 'silent']),
  }
}
