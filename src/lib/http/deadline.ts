import type {Clock} from '../ports.js'
import {alarms} from './alarms.js'

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
export function deadlines(clock: Clock, ms: number) {
  const setAlarm = alarms(clock, ms)
  return async <T>(call: Call<T>, signal?: AbortSignal): Promise<T> => {
    signal?.throwIfAborted()
    const deadline = new AbortController()
    let abort = () => {}
    const cut = new Promise<never>((_, reject) => {
      abort = () => {
        deadline.abort()
        reject(new DeadlineExceeded(ms))
      }
    })
    signal?.addEventListener('abort', abort, {once: true})
    const takeBack = setAlarm(abort)
    try {
      return await Promise.race([call(deadline.signal), cut])
    } catch (error) {
      signal?.throwIfAborted()
      throw deadline.signal.aborted ? new DeadlineExceeded(ms) : error
    } finally {
      signal?.removeEventListener('abort', abort)
      takeBack()
    }
  }
}

export function withDeadline<T>({clock, ms, signal}: Bounds, call: Call<T>): Promise<T> {
  return deadlines(clock, ms)(call, signal)
}
