import {createLogUpdate} from 'log-update'
import type {Styles} from '../styles.js'
import type {Progress} from './progress.js'
import {realClock} from '../../system/clock.js'
import {joined} from './joined-lines.js'
import {liveProgress} from './live-progress.js'
import {plainProgress} from './plain-progress.js'

const TICK_MS = 100
const HEARTBEAT_MS = 10_000
/** Terminals that print what should move their cursor. */
const PLAIN = new Set(['dumb', 'emacs-color'])

/** Whether what was written there can be written over, and nobody wants lines instead. */
export function isScreen({isTTY}: {isTTY?: boolean}, {CI, HEROKU_ROTATE_PROGRESS: wanted, TERM: terminal = ''}: NodeJS.ProcessEnv): boolean {
  return isTTY === true && !PLAIN.has(terminal) && wanted !== 'plain' && !CI
}

export function progressOn(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv, styles: Styles, nameOf: (id: string) => string): Progress {
  const {now} = realClock()
  if (!isScreen(stream, env)) return joined(text => stream.write(text), write => plainProgress({every: ticking(HEARTBEAT_MS), nameOf, now, write}, styles))
  return liveProgress({columns: () => stream.columns, every: ticking(TICK_MS), nameOf, now, rows: () => stream.rows, update: createLogUpdate(stream)}, styles)
}

const ticking = (ms: number) => (tick: () => void) => {
  const timer = setInterval(tick, ms)
  timer.unref()
  return () => clearInterval(timer)
}
