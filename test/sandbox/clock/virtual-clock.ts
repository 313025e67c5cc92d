import type {Clock} from './clock.js'

export type VirtualClock = Clock & {
  /** Lets `ms` pass; whoever sleeps that long or shorter is woken first. */
  advance(ms: number): Promise<void>
  /** Time stands still while `work` is pending: for work the clock cannot see, such as a child process or asynchronous crypto. */
  during<T>(work: Promise<T>): Promise<T>
}

type Sleeper = {due: number; order: number; wake: () => void}

// Promise chains settle within one turn; streams and nested immediates need a few more.
const quietTurns = 12

// File operations run in the thread pool and outlive any number of turns.
const fileOperation = /^(CloseReq|FSReq)/

/**
 * A discrete-event clock. When everybody sleeps, time jumps to the earliest sleeper;
 * sleepers wake one at a time in order of due time, so that runs repeat exactly.
 */
export function virtualClock(start = Date.UTC(2026, 0, 15, 12)): VirtualClock {
  let now = start
  let order = 0
  let quiet = 0
  let turning = false
  let holds = 0
  const sleepers: Sleeper[] = []

  const isBusy = () => holds > 0 || process.getActiveResourcesInfo().some(name => fileOperation.test(name))

  const earliest = () => sleepers.reduce<Sleeper | undefined>((first, sleeper) =>
    first && (first.due < sleeper.due || (first.due === sleeper.due && first.order < sleeper.order)) ? first : sleeper, undefined)

  const remove = (sleeper: Sleeper) => {
    const index = sleepers.indexOf(sleeper)
    if (index !== -1) sleepers.splice(index, 1)
  }

  const scheduleTurn = () => {
    if (turning || sleepers.length === 0) return
    turning = true
    if (holds > 0) setTimeout(turn, 1)
    else setImmediate(turn)
  }

  const turn = () => {
    turning = false
    quiet = isBusy() ? 0 : quiet + 1
    if (quiet >= quietTurns) {
      quiet = 0
      const next = earliest()
      if (next) {
        remove(next)
        now = Math.max(now, next.due)
        next.wake()
      }
    }

    scheduleTurn()
  }

  const sleep: Clock['sleep'] = (ms, signal) => new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }

    const onAbort = () => {
      remove(sleeper)
      quiet = 0
      reject(signal?.reason)
    }

    order += 1
    const sleeper = {
      due: now + Math.max(0, ms),
      order,
      wake() {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      },
    }
    sleepers.push(sleeper)
    signal?.addEventListener('abort', onAbort, {once: true})
    quiet = 0
    scheduleTurn()
  })

  return {
    advance: ms => sleep(ms),
    async during(work) {
      holds += 1
      try {
        return await work
      } finally {
        holds -= 1
        quiet = 0
      }
    },
    now: () => now,
    sleep,
  }
}
