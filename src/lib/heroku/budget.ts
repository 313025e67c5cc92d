import type {Clock} from '../ports.js'

const REFILL_PER_MINUTE = 75
/** Calls left for everybody else who uses the account. */
const RESERVE = 10
/** So many calls in the pool let one more be in flight. */
const LEFT_FOR_EACH = 10
const UNKNOWN = 4
/** Others may use up the refill, so no call waits longer than this. */
const LONGEST_WAIT_MS = 60_000

const REFILL_MS = 60_000 / REFILL_PER_MINUTE

export function waitFor(calls: number, left: number): number {
  return Math.max(0, calls - Math.max(0, left - RESERVE)) * REFILL_MS
}

/** Lets many calls through at once while the account's pool is full, fewer as the pool empties, so that none is refused. */
export class Budget {
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #inFlight = 0
  /** Null before the first answer, and for a platform that does not say. */
  #pool: null | {at: number; left: number} = null
  #isSilent = false
  #turn: Promise<unknown> = Promise.resolve()
  #waiting: (() => void)[] = []

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock
    this.#signal = signal
  }

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
      if (this.#inFlight > 0) await this.#anAnswer()
      else await this.#clock.sleep(Math.min((RESERVE - left + 1) * REFILL_MS, LONGEST_WAIT_MS), this.#signal)
    }

    this.#inFlight++
  }

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
