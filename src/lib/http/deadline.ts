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

/** Bounds a call, also one that goes on in spite of the abort. `call` has to read the body too: headers may arrive of a body that never ends. */
export async function withDeadline<T>({clock, ms, signal}: Bounds, call: (deadline: AbortSignal) => Promise<T>): Promise<T> {
  signal?.throwIfAborted()
  const deadline = new AbortController()
  const ended = new AbortController()
  const abort = () => deadline.abort()
  signal?.addEventListener('abort', abort, {once: true})
  const timer = clock.sleep(ms, ended.signal).then(abort, () => {})
  const cut = new Promise<never>((_, reject) => {
    deadline.signal.addEventListener('abort', () => reject(new DeadlineExceeded(ms)), {once: true})
  })
  try {
    return await Promise.race([call(deadline.signal), cut])
  } catch (error) {
    signal?.throwIfAborted()
    throw deadline.signal.aborted ? new DeadlineExceeded(ms) : error
  } finally {
    signal?.removeEventListener('abort', abort)
    // An abort without a reason makes an error with a stack for each call.
    ended.abort('ended')
    await timer
  }
}
