import {createLogUpdate} from 'log-update'
import type {Progress} from './progress.js'
import type {Styles} from './styles.js'
import {liveProgress} from './live-progress.js'
import {plainProgress} from './plain-progress.js'

const TICK_MS = 100

export function progressOn(stream: NodeJS.WriteStream, styles: Styles): Progress {
  if (stream.isTTY !== true) return plainProgress(line => stream.write(line), styles)
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
