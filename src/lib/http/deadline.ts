import type {Clock} from '../ports.js'

type Bounds = {
  clock: Clock
  ms: number
  /** Ends the call as well, with its own reason. */
  signal?: AbortSignal
}

export class DeadlineExceeded extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms / 1000} seconds`)
  }
}

/** Bounds a call. Its body has to be read within `call`: headers may have arrived of a body that never ends. */
export async function withDeadline<T>({clock, ms, signal}: Bounds, call: (deadline: AbortSignal) => Promise<T>): Promise<T> {
  signal?.throwIfAborted()
  const deadline = new AbortController()
  const ended = new AbortController()
  const abort = () => deadline.abort()
  signal?.addEventListener('abort', abort, {once: true})
  const timer = clock.sleep(ms, ended.signal).then(abort, () => {})
  try {
    return await call(deadline.signal)
  } catch (error) {
    signal?.throwIfAborted()
    throw deadline.signal.aborted ? new DeadlineExceeded(ms) : error
  } finally {
    signal?.removeEventListener('abort', abort)
    // Without a reason it would make an error with a stack for each call.
    ended.abort('ended')
    await timer
  }
}
