/** What the sandbox is set to; every ratio in docs/explain/performance.md holds for these. */
export const settings = {
  appCounts: [1, 5, 25, 100, 200],
  discovered: [100, 1000],
  drainMs: 0,
  latencyMs: 100,
  pairs: 20,
  releasePhaseMs: 0,
  restartMs: 2000,
  runs: 3,
  runsOfMany: 5,
  /** Of the script for the largest, for which it takes minutes. */
  scriptsOfMany: 1,
  /** Rotations before each that is counted. */
  uncounted: 2,
}

export const MANY = 100

export const aims = {
  /** Calls for each app of the account, of a discovery. */
  callsToDiscover: 1.1,
  /** Wall time over the critical path, at most. */
  criticalPath: 1.2,
  criticalPathOfMany: 1.15,
  /** How much longer more apps take, over how many more they are. */
  growth: 1,
  /** Wall time of a discovery over calls / concurrency x latency, at most. */
  discovery: 1.25,
  /** The script's wall time over the plugin's, at least. */
  runbook: 1.5,
}
