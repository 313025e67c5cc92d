import type {Clock} from '../ports.js'

/** Rings as long after each was set. All take equally long, so one timer is enough: it is set for the alarm that was set first. */
export class Alarms {
  readonly #clock: Clock
  readonly #ms: number
  /** In the order of their times. */
  readonly #set = new Set<{at: number; ring: () => void}>()
  #timer: AbortController | null = null

  constructor(clock: Clock, ms: number) {
    this.#clock = clock
    this.#ms = ms
  }

  /** Answers how to take it back. */
  set(ring: () => void): () => void {
    const alarm = {at: this.#clock.now() + this.#ms, ring}
    this.#set.add(alarm)
    if (!this.#timer) this.#watch(this.#timer = new AbortController()).catch(() => {})
    return () => {
      this.#set.delete(alarm)
      if (this.#set.size > 0) return
      // A timer that is left would keep the process from its end. An abort without a reason makes an error with a stack.
      this.#timer?.abort('ended')
      this.#timer = null
    }
  }

  async #watch({signal}: AbortController): Promise<void> {
    for (let [first] = this.#set; first && !signal.aborted; [first] = this.#set) {
      await this.#clock.sleep(Math.max(0, first.at - this.#clock.now()), signal)
      for (const alarm of this.#set) {
        if (alarm.at > this.#clock.now()) break
        this.#set.delete(alarm)
        alarm.ring()
      }
    }

    if (!signal.aborted) this.#timer = null
  }
}
