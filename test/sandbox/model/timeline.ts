import type {Clock} from '../clock/clock.js'

/** Who waits for what is further away is told of changes only: no timer is that long. */
const day = 86_400_000

type Event = {at: number; happen: () => void}

/**
 * What is going to happen in the world, and when. Nothing runs on a timer: whoever looks at
 * the world first calls `catchUp`, so that the same code serves a virtual and a real clock.
 */
export class Timeline {
  /** Called after each event, at the time of the event. */
  afterEvent: () => void = () => {}
  /** Called when the world may have changed, or may change earlier than was known. */
  readonly listeners = new Set<() => void>()

  /** Counts what may have changed the world. */
  changes = 0

  readonly #clock: Clock
  #events: Event[] = []
  #eventTime: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get now(): number {
    return this.#eventTime ?? this.#clock.now()
  }

  /** Time of the next event; undefined where nothing is going to happen by itself. */
  get next(): number | undefined {
    return this.#events[0]?.at
  }

  stir(): void {
    this.changes += 1
    for (const listener of this.listeners) listener()
  }

  /** Waits until something may have changed, and at most until that time. */
  async change(until: number | undefined, signal: AbortSignal): Promise<void> {
    const changed = new AbortController()
    const stop = () => changed.abort('changed') // an abort without a reason makes an error with a stack
    this.listeners.add(stop)
    signal.addEventListener('abort', stop, {once: true})
    const ms = Math.min(until ?? Infinity, this.next ?? Infinity) - this.#clock.now()
    try {
      if (signal.aborted) return
      await (ms > day
        ? new Promise(resolve => {
          changed.signal.addEventListener('abort', resolve, {once: true})
        })
        : this.#clock.sleep(Math.max(0, ms), changed.signal).catch(() => {}))
    } finally {
      this.listeners.delete(stop)
      signal.removeEventListener('abort', stop)
    }
  }

  after(ms: number, happen: () => void): void {
    const event = {at: this.now + ms, happen}
    const later = this.#events.findIndex(other => other.at > event.at)
    this.#events.splice(later === -1 ? this.#events.length : later, 0, event)
    this.stir()
  }

  /** What happened before the beginning. */
  asOf<T>(time: number, tell: () => T): T {
    const before = this.#eventTime
    this.#eventTime = time
    try {
      return tell()
    } finally {
      this.#eventTime = before
    }
  }

  catchUp(): void {
    if (this.#eventTime !== undefined) return
    const now = this.#clock.now()
    try {
      for (let event = this.#events[0]; event && event.at <= now; event = this.#events[0]) {
        this.#events.shift()
        this.#eventTime = event.at
        event.happen()
        this.changes += 1
        this.afterEvent()
      }
    } finally {
      this.#eventTime = undefined
    }
  }
}
