import type {Clock} from '../ports.js'

const SHORTEST_MS = 250
const KEEN_MS = 150
const LONGEST_MS = 5000
/** So few are asked about as often as one. */
export const CROWD = 10
const LONGEST_CROWD_MS = 15_000
/** Hardly anything restarts faster: where each question costs dozens of calls, the first one comes then. */
const RESTART_MS = 2000
const DOZENS = 40
/** More apps than one account has by itself: calls are scarcer than time then. */
export const MANY = 200
/** Of the time waited so far: the answer is then seen at most this much too late, in few calls. */
const SHARE = 0.12
const KEEN_SHARE = 0.08
const CROWD_SHARE = 0.2

type Bounds = {
  clock: Clock
  /** How many others are asked about at the same time: the more, the less often each. */
  crowd?: number | undefined
  /** Everything waits for it: a few are asked about more often. */
  isKeen?: boolean
  signal: AbortSignal
  timeoutMs: number
}

/** Asks until the answer is not undefined; null when the time is up. */
export async function poll<T>({clock, crowd = 1, isKeen = false, signal, timeoutMs}: Bounds, ask: () => Promise<T | undefined>): Promise<null | T> {
  const started = clock.now()
  const {first, longest, share, shortest} = pace(crowd, isKeen)
  if (first > 0) await clock.sleep(Math.min(first, timeoutMs), signal)
  for (;;) {
    const asked = clock.now()
    const answer = await ask()
    if (answer !== undefined) return answer
    const waited = clock.now() - started
    if (waited >= timeoutMs) return null
    const pause = Math.min(longest, Math.max(shortest, waited * share))
    // Counted from the question, so that a slow answer does not make the next one later still.
    await clock.sleep(Math.min(Math.max(pause - (clock.now() - asked), shortest / 3), timeoutMs - waited), signal)
  }
}

/** How often is asked about what takes that long, when each answer takes `answerMs`. */
export function asks(ms: number, crowd: number, answerMs: number): number {
  const {first, longest, share, shortest} = pace(crowd, true)
  let count = 1
  for (let asked = first; asked + answerMs < ms; count++) {
    const waited = asked + answerMs
    asked += Math.max(answerMs + shortest / 3, Math.min(longest, Math.max(shortest, waited * share)))
  }

  return count
}

/** Milliseconds until the first question, and the least and the most between two. */
function pace(crowd: number, isKeen: boolean) {
  if (crowd <= CROWD) {
    return isKeen
      ? {first: 0, longest: LONGEST_MS, share: KEEN_SHARE, shortest: KEEN_MS}
      : {first: 0, longest: LONGEST_MS, share: SHARE, shortest: SHORTEST_MS}
  }

  const shortest = Math.min(LONGEST_CROWD_MS, (SHORTEST_MS * crowd) / CROWD)
  // What many wait for has not happened at once; where the calls are scarce, one question has to be enough.
  const first = crowd > MANY || crowd < DOZENS ? shortest : RESTART_MS
  return {first, longest: Math.max(2 * LONGEST_MS, shortest), share: CROWD_SHARE, shortest}
}
