import {setMaxListeners} from 'node:events'

import {Interrupted} from '../errors.js'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export type Interrupts = {
  release(): void
  signal: AbortSignal
}

/**
 * The first Ctrl-C stops the starting of new work; the second one ends the process at once.
 *
 * The CLI's own handlers exit first and ask later; they stand aside while a rotation runs. Nothing
 * depends on this: a process that is killed instead leaves the same journal.
 */
export function interrupts(process: NodeJS.Process, told: () => void): Interrupts {
  const controller = new AbortController()
  // Every app that is waited for listens; Node would warn of a leak on the person's terminal.
  setMaxListeners(0, controller.signal)
  const aside = SIGNALS.map(name => ({listeners: process.rawListeners(name), name}))
  let isReleased = false
  // Ours stays in place: a library that finds itself the last listener sends the signal again.
  const handle = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      for (const name of SIGNALS) process.removeAllListeners(name)
      process.kill(process.pid, signal)
      return
    }

    controller.abort(new Interrupted())
    told()
  }

  for (const name of SIGNALS) {
    process.removeAllListeners(name)
    process.on(name, handle)
  }

  return {
    release() {
      if (isReleased) return
      isReleased = true
      for (const {listeners, name} of aside) {
        process.removeListener(name, handle)
        for (const listener of listeners) if (isListener(listener)) process.on(name, listener)
      }
    },
    signal: controller.signal,
  }
}

/** Node types what it gives back more loosely than what it takes. */
function isListener(listener: unknown): listener is NodeJS.SignalsListener {
  return typeof listener === 'function'
}
