import {createLogUpdate} from 'log-update'
import type {Progress} from './progress.js'
import type {Styles} from './styles.js'
import {liveProgress} from './live-progress.js'
import {plainProgress} from './plain-progress.js'

const TICK_MS = 100
/** Terminals that print what should move their cursor. */
const PLAIN = new Set(['dumb', 'emacs-color'])

/** Whether what was written there can be written over. */
export function isScreen({isTTY}: {isTTY?: boolean}, {TERM: terminal = ''}: NodeJS.ProcessEnv): boolean {
  return isTTY === true && !PLAIN.has(terminal)
}

export function progressOn(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv, styles: Styles): Progress {
  if (!isScreen(stream, env)) return plainProgress(line => stream.write(line), styles)
  const screen = {
    columns: () => stream.columns,
    every(tick: () => void) {
      const timer = setInterval(tick, TICK_MS)
      return () => clearInterval(timer)
    },
    now: () => Date.now(),
    update: createLogUpdate(stream),
  }
  return liveProgress(screen, styles)
}
