import {createLogUpdate} from 'log-update'
import type {Styles} from '../styles.js'
import type {Progress} from './progress.js'
import {realClock} from '../../system/clock.js'
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
  if (!isScreen(stream, env)) {
    const {flush, write} = together(text => stream.write(text))
    return flushing(plainProgress({every: ticking(HEARTBEAT_MS), nameOf, now, write}, styles), flush)
  }

  return liveProgress({columns: () => stream.columns, every: ticking(TICK_MS), nameOf, now, rows: () => stream.rows, update: createLogUpdate(stream)}, styles)
}

const ticking = (ms: number) => (tick: () => void) => {
  const timer = setInterval(tick, ms)
  timer.unref()
  return () => clearInterval(timer)
}

/** Hundreds of apps report at the same moment, and a write for each line is slow. What comes before the next event of the process is one write. */
function together(write: (text: string) => void) {
  let lines = ''
  const flush = () => {
    const text = lines
    lines = ''
    if (text !== '') write(text)
  }

  return {
    flush,
    write(line: string): void {
      if (lines === '') process.nextTick(flush)
      lines += line
    },
  }
}

/** What the command writes itself comes after the lines. */
function flushing({pause, report, stop}: Progress, flush: () => void): Progress {
  return {
    pause() {
      flush()
      return pause()
    },
    report,
    stop() {
      stop()
      flush()
    },
  }
}
