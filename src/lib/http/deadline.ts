import type {Clock} from '../ports.js'
import {Alarms} from './alarms.js'

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

/** Bounds calls, also those that go on in spite of the abort. */
export class Deadlines {
  readonly #alarms: Alarms
  readonly #ms: number

  constructor(clock: Clock, ms: number) {
    this.#alarms = new Alarms(clock, ms)
    this.#ms = ms
  }

  async bound<T>(call: Call<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const deadline = new AbortController()
    const abort = () => deadline.abort()
    signal?.addEventListener('abort', abort, {once: true})
    const takeBack = this.#alarms.set(abort)
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
      takeBack()
    }
  }
}

export function withDeadline<T>({clock, ms, signal}: Bounds, call: Call<T>): Promise<T> {
  return new Deadlines(clock, ms).bound(call, signal)
}
