export type Times = {
  /** How long old dynos may run on after the last restart. */
  drainMs: number
  /** Of one call, from the request to the answer. */
  latencyMs: number
  releasePhaseMs: number
  /** From the release to the last dyno up. */
  restartMs: number
  /** From typing a command of ours to its first call, at the least. */
  startMs: number
  waves: number
}

export type PathStep = {because: string; ms: number; step: string}

/**
 * The least time a rotation can take: only what has to wait for the answer before it, everything else at
 * the same time, without limits on concurrency, with polls that strike at the right moment, with a disk
 * and a processor that take no time.
 *
 * Left out, because no later step depends on the answer: whether the outgoing token is alive at the start
 * (only warns), what an app holds right before it is written (the survey has it), which release a write
 * made (told while the dynos restart), strays of the rotation (can be looked for at any time after prove).
 */
export function criticalPath({drainMs, latencyMs, releasePhaseMs, restartMs, startMs, waves}: Times): PathStep[] {
  const call = (step: string, because: string): PathStep => ({because, ms: latencyMs, step})
  const wave = (number: number): PathStep[] => [
    call(`write wave ${number}`, number === 0 ? 'an invalid token, or one of a losing rival, must reach nobody' : 'the wave before has to be up'),
    {
      because: 'a release cannot be seen up before it is; which release it is, and its dynos, are two calls in a row',
      ms: Math.max(releasePhaseMs + restartMs, 2 * latencyMs),
      step: `restart wave ${number}`,
    },
  ]

  return [
    {because: 'everything below is done by a heroku command', ms: startMs, step: 'start the CLI'},
    call('list', 'account, authorizations, apps and pipelines, all at once'),
    call('survey', 'needs the list, which tells what to look for: config vars and dynos of every app, all at once'),
    call('create', 'needs the scope of the outgoing authorization, and that no rotation is in flight'),
    call('validate', 'as the incoming token, which create tells: config vars; a rival; both at once'),
    ...Array.from({length: waves}, (_, number) => wave(number)).flat(),
    {because: 'counts from the last restart', ms: drainMs, step: 'drain'},
    call('list again', 'an app may have come since'),
    call('read back', 'the pivot depends on what every app holds now, and on whether one-off dynos still run; all at once'),
    call('revoke', 'only when every app was read back'),
    call('prove', 'only when it was revoked; both tokens at once'),
    call('finish', 'the mark comes off when the proof is there'),
  ]
}

export function lengthOf(path: readonly PathStep[]): number {
  return path.reduce((sum, {ms}) => sum + ms, 0)
}
