import {setTimeout} from 'node:timers/promises'
import type {Clock} from '../ports.js'

/** A timer of more ends at once. */
const LONGEST_MS = 2 ** 31 - 1

type Timer = (ms: number, value: undefined, options: {signal?: AbortSignal}) => Promise<void>

export function realClock(timer: Timer = setTimeout): Clock {
  const {timeOrigin} = performance
  return {
    // A clock that is set meanwhile makes no wait shorter.
    now: () => Math.floor(timeOrigin + performance.now()),
    async sleep(ms, signal) {
      try {
        let left = ms
        do {
          await timer(Math.min(left, LONGEST_MS), undefined, signal ? {signal} : {})
          left -= LONGEST_MS
        } while (left > 0)
      } catch (error) {
        signal?.throwIfAborted()
        throw error
      }
    },
  }
}
