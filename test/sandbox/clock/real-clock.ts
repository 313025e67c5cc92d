import type {Clock} from './clock.js'

/** With `speed` 10, time in the sandbox passes ten times faster than outside. */
export function realClock(speed = 1): Clock {
  const origin = Date.now()
  const startedAt = performance.now()

  return {
    now: () => origin + Math.round((performance.now() - startedAt) * speed),
    sleep: (ms, signal) => new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }

      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }

      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, ms / speed)
      signal?.addEventListener('abort', onAbort, {once: true})
    }),
  }
}
