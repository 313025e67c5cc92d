import type {Clock} from '../ports.js'

const SHORTEST_MS = 250
const LONGEST_MS = 5000
/** Up to this many are asked about as often as one. */
const FEW = 10
const LONGEST_OF_MANY_MS = 15_000
/** Hardly a dyno is up earlier after the answer to the write. */
const UP_MS = 1900
/** An account has by itself no more calls than these take in the plain way. */
const MANY = 200
/** Pauses grow to this share of the time waited: a result is noticed at most 12 % late. */
const SHARE = 0.12
const SHARE_OF_MANY = 0.2

/** Calls are scarcer than time: the wait for the slowest of so many apps is short beside the rest of their rotation. */
export const savesCalls = (apps: number): boolean => apps > MANY

type Bounds = {
  clock: Clock
  parallelism?: number | undefined
  /** Waits for a restart: the first question is not asked at once. */
  isRestart?: boolean
  /** At least, between two questions, where each costs more than a call. */
  shortestMs?: number
  signal: AbortSignal
  /** The time of what is waited for, where other calls came after it. */
  since?: number | undefined
  timeoutMs: number
}

export async function poll<T>({clock, parallelism = 1, isRestart = false, shortestMs = SHORTEST_MS, signal, since, timeoutMs}: Bounds, ask: () => Promise<T | undefined>): Promise<null | T> {
  const started = since ?? clock.now()
  const pacing = pace(parallelism, isRestart, shortestMs)
  const first = Math.min(pacing.first, timeoutMs)
  const rest = Math.min(first, started + first - clock.now())
  if (rest > 0) await clock.sleep(rest, signal)
  for (;;) {
    const asked = clock.now()
    const answer = await ask()
    if (answer !== undefined) return answer
    const waited = clock.now() - started
    if (waited >= timeoutMs) return null
    // The pause counts from the question, so that a slow answer does not delay the next question as well.
    await clock.sleep(Math.min(Math.max(pauseAfter(asked - started, pacing) - (clock.now() - asked), pacing.shortest / 3), timeoutMs - waited), signal)
  }
}

export function asks(ms: number, parallelism: number, answerMs: number): number {
  const pacing = pace(parallelism, true)
  let count = 1
  for (let asked = pacing.first; asked < ms; count++) asked += Math.max(answerMs + pacing.shortest / 3, pauseAfter(asked, pacing))
  return count
}

type Pace = {first: number; longest: number; share: number; shortest: number}

function pauseAfter(waited: number, {longest, share, shortest}: Pace): number {
  return Math.min(longest, Math.max(shortest, waited * share))
}

function pace(parallelism: number, isRestart: boolean, shortestOfFew = SHORTEST_MS): Pace {
  if (parallelism <= FEW) return {first: isRestart ? UP_MS : 0, longest: LONGEST_MS, share: SHARE, shortest: shortestOfFew}
  const shortest = Math.min(LONGEST_OF_MANY_MS, (SHORTEST_MS * parallelism) / FEW)
  // No parallelism is done at once; with scarce calls, one question has to be enough.
  const first = parallelism > MANY ? shortest : UP_MS
  return {first, longest: Math.max(2 * LONGEST_MS, shortest), share: SHARE_OF_MANY, shortest}
}
