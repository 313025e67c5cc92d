import type {Progress} from './progress.js'

/**
 * Hundreds of apps report at the same moment, and a write for each line is slow: what comes before the next event of the process is
 * one write. What the command writes itself comes after the lines.
 */
export function joined(write: (text: string) => void, on: (write: (line: string) => void) => Progress): Progress {
  let lines = ''
  const flush = () => {
    const text = lines
    lines = ''
    if (text !== '') write(text)
  }

  const progress = on(line => {
    if (lines === '') process.nextTick(flush)
    lines += line
  })
  return {
    pause() {
      flush()
      return progress.pause()
    },
    report: progress.report,
    stop() {
      progress.stop()
      flush()
    },
  }
}
