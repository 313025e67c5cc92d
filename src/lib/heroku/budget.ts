import type {Clock} from '../ports.js'

/** Heroku adds this many calls to the account's pool a minute. */
const REFILL_PER_MINUTE = 75
/** Left for whoever else uses the account. */
const RESERVE = 10
/** So many calls left let one more be in flight. */
const LEFT_FOR_EACH = 10
/** In flight before the first answer has told how many are left. */
const UNKNOWN = 4
/** Others may use up what is refilled: nobody waits longer than this for it. */
const LONGEST_WAIT_MS = 60_000

const REFILL_MS = 60_000 / REFILL_PER_MINUTE

/** Milliseconds that so many calls have to wait for the pool, which holds `left`. */
export function waitFor(calls: number, left: number): number {
  return Math.max(0, calls - Math.max(0, left - RESERVE)) * REFILL_MS
}

/**
 * Lets calls through as the account's pool allows: many at once while it is full, fewer as it empties,
 * and at the rate at which it refills when it is empty, so that none is refused for coming too soon.
 */
export class Budget {
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #inFlight = 0
  /** What the pool held, and when; null before the first answer, and for a platform that does not say. */
  #pool: null | {at: number; left: number} = null
  #isSilent = false
  #turn: Promise<unknown> = Promise.resolve()
  #waiting: (() => void)[] = []

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock
    this.#signal = signal
  }

  /** Makes the call when it is its turn. */
  async spend<T>(call: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => this.#admit())
    this.#turn = turn.catch(() => {})
    await turn
    try {
      return await call()
    } finally {
      this.#inFlight--
      for (const wake of this.#waiting.splice(0)) wake()
    }
  }

  /** What an answer says is left; null where it does not say. */
  learn(left: null | number): void {
    if (left === null) this.#isSilent ||= this.#pool === null
    else this.#pool = {at: this.#clock.now(), left}
  }

  async #admit(): Promise<void> {
    const since = this.#clock.now()
    for (;;) {
      this.#signal.throwIfAborted()
      const left = this.#left()
      if (this.#inFlight < Math.max(1, (left - RESERVE) / LEFT_FOR_EACH) && (left > RESERVE || this.#clock.now() - since >= LONGEST_WAIT_MS)) break
      // An answer may tell of more, or of less.
      if (this.#inFlight > 0) await this.#anAnswer()
      else await this.#clock.sleep(Math.min((RESERVE - left + 1) * REFILL_MS, LONGEST_WAIT_MS), this.#signal)
    }

    this.#inFlight++
  }

  /** As far as is known, those in flight taken off. */
  #left(): number {
    if (this.#pool) return this.#pool.left + (this.#clock.now() - this.#pool.at) / REFILL_MS - this.#inFlight
    return this.#isSilent ? Infinity : RESERVE + (UNKNOWN - this.#inFlight) * LEFT_FOR_EACH * UNKNOWN
  }

  #anAnswer(): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push(resolve)
    })
  }
}
