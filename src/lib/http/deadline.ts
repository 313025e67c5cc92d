import type {Clock} from '../ports.js'

type Bounds = {
  clock: Clock
  ms: number
  signal?: AbortSignal
}

export class DeadlineExceeded extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms / 1000} seconds`)
  }
}

/** `call` has to read the body too: headers may arrive of a body that never ends. */
type Call<T> = (deadline: AbortSignal) => Promise<T>

/** Bounds calls, also those that go on in spite of the abort. All may take equally long, so one timer is enough: it is set for the call that began first. */
export class Deadlines {
  readonly #clock: Clock
  readonly #ms: number
  /** In the order of their ends. */
  readonly #running = new Set<{at: number; deadline: AbortController}>()
  #timer: AbortController | null = null

  constructor(clock: Clock, ms: number) {
    this.#clock = clock
    this.#ms = ms
  }

  async bound<T>(call: Call<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const deadline = new AbortController()
    const one = {at: this.#clock.now() + this.#ms, deadline}
    const abort = () => deadline.abort()
    signal?.addEventListener('abort', abort, {once: true})
    this.#running.add(one)
    this.#timer ??= this.#start()
    const cut = new Promise<never>((_, reject) => {
      deadline.signal.addEventListener('abort', () => reject(new DeadlineExceeded(this.#ms)), {once: true})
    })
    try {
      return await Promise.race([call(deadline.signal), cut])
    } catch (error) {
      signal?.throwIfAborted()
      throw deadline.signal.aborted ? new DeadlineExceeded(this.#ms) : error
    } finally {
      signal?.removeEventListener('abort', abort)
      this.#running.delete(one)
      if (this.#running.size === 0) this.#stop()
    }
  }

  #start(): AbortController {
    const timer = new AbortController()
    this.#watch(timer.signal).catch(() => {})
    return timer
  }

  // A timer that is left would keep the process from its end. An abort without a reason makes an error with a stack.
  #stop(): void {
    this.#timer?.abort('ended')
    this.#timer = null
  }

  async #watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const [first] = this.#running
      await this.#clock.sleep(Math.max(0, (first?.at ?? 0) - this.#clock.now()), signal)
      for (const {at, deadline} of this.#running) if (at <= this.#clock.now()) deadline.abort()
    }
  }
}

export function withDeadline<T>({clock, ms, signal}: Bounds, call: Call<T>): Promise<T> {
  return new Deadlines(clock, ms).bound(call, signal)
}
