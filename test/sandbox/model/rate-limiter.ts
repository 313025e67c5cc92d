import type {RateLimit} from '../options.js'

/** A pool per account that refills steadily. */
export class RateLimiter {
  readonly #limit: RateLimit
  #level: number
  #measuredAt: number

  constructor(limit: RateLimit, now: number) {
    this.#limit = limit
    this.#level = limit.capacity
    this.#measuredAt = now
  }

  remaining(now: number): number {
    this.#refill(now)
    return Math.floor(this.#level)
  }

  secondsUntilNext(now: number): number {
    this.#refill(now)
    return Math.max(1, Math.ceil((1 - this.#level) * 60 / this.#limit.perMinute))
  }

  /** For tests: as if this many calls had been made already. */
  spend(calls: number): void {
    this.#level = Math.max(0, this.#level - calls)
  }

  take(now: number): boolean {
    this.#refill(now)
    if (this.#level < 1) return false
    this.#level -= 1
    return true
  }

  #refill(now: number): void {
    const minutes = Math.max(0, now - this.#measuredAt) / 60_000
    this.#level = Math.min(this.#limit.capacity, this.#level + minutes * this.#limit.perMinute)
    this.#measuredAt = now
  }
}
