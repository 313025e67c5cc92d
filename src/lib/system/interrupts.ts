import {setMaxListeners} from 'node:events'
import {Interrupted} from '../errors.js'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export type Interrupts = ReturnType<typeof interrupts>

/**
 * The second Ctrl-C ends the process at once. The CLI's own handlers would exit first and ask later, so they stand aside.
 * Nothing depends on this: a killed process leaves the same journal.
 */
export function interrupts(process: NodeJS.Process, onInterrupt: () => void) {
  const controller = new AbortController()
  // Each app that is waited for listens; Node would warn of a leak on the terminal.
  setMaxListeners(0, controller.signal)
  const aside = SIGNALS.map(name => ({listeners: process.rawListeners(name), name}))
  let isReleased = false
  // Our handler stays in place: a library that finds itself the last listener sends the signal again.
  const handle = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      for (const name of SIGNALS) process.removeAllListeners(name)
      process.kill(process.pid, signal)
      return
    }

    controller.abort(new Interrupted())
    onInterrupt()
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

function isListener(listener: unknown): listener is NodeJS.SignalsListener {
  return typeof listener === 'function'
}
