import type {Clock} from '../ports.js'

const REFILL_PER_MINUTE = 75
/** Calls left for everybody else who uses the account. */
const RESERVE = 10
/** So many calls in the pool let one more be in flight. */
const LEFT_FOR_EACH = 8
const UNKNOWN = 4
/** Others may use up the refill, so no call waits longer than this. */
const LONGEST_WAIT_MS = 60_000

const REFILL_MS = 60_000 / REFILL_PER_MINUTE

export function waitFor(calls: number, left: number): number {
  return Math.max(0, calls - Math.max(0, left - RESERVE)) * REFILL_MS
}

/** Lets many calls through at once while the account's pool is full, fewer as the pool empties, so that none is refused. */
export function budgetOf(clock: Clock, signal: AbortSignal) {
  let inFlight = 0
  /** Null before the first answer, and for a platform that does not say. */
  let pool: null | {at: number; left: number} = null
  let isSilent = false
  let turn: Promise<unknown> = Promise.resolve()
  const waiting: (() => void)[] = []

  const anAnswer = () => new Promise<void>(resolve => {
    waiting.push(resolve)
  })

  function callsLeft(): number {
    if (pool) return pool.left + (clock.now() - pool.at) / REFILL_MS - inFlight
    return isSilent ? Infinity : RESERVE + (UNKNOWN - inFlight) * LEFT_FOR_EACH * UNKNOWN
  }

  async function admit(): Promise<void> {
    const since = clock.now()
    for (;;) {
      signal.throwIfAborted()
      const left = callsLeft()
      if (inFlight < Math.max(1, (left - RESERVE) / LEFT_FOR_EACH) && (left > RESERVE || clock.now() - since >= LONGEST_WAIT_MS)) break
      if (inFlight > 0) await anAnswer()
      else await clock.sleep(Math.min((RESERVE - left + 1) * REFILL_MS, LONGEST_WAIT_MS), signal)
    }

    inFlight++
  }

  return {
    learn(left: null | number): void {
      if (left === null) isSilent ||= pool === null
      else pool = {at: clock.now(), left}
    },
    async spend<T>(call: () => Promise<T>): Promise<T> {
      const admitted = turn.then(() => admit())
      turn = admitted.catch(() => {})
      await admitted
      try {
        return await call()
      } finally {
        inFlight--
        for (const wake of waiting.splice(0)) wake()
      }
    },
  }
}
