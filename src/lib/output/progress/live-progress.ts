import type {Styles} from '../styles.js'
import type {Progress} from './progress.js'
import {picture} from './picture.js'
import {ProgressState} from './progress-state.js'

type Screen = {
  columns(): number
  every(tick: () => void): () => void
  nameOf(id: string): string
  now(): number
  rows(): number
  update: ((text: string) => void) & {clear(): void; done(): void}
}

/** Redraws one picture in place. A question leaves the picture above it, and the rest goes on below the answer. */
export function liveProgress({columns, every, nameOf, now, rows, update}: Screen, styles: Styles): Progress {
  const state = new ProgressState(now)
  let frame = 0
  let height = 0
  let pauses = 0
  let isStopped = false

  function draw(isLast = false): void {
    if (pauses > 0) return
    const lines = picture(state, {columns: columns(), frame: isLast ? null : frame, nameOf, now: now(), rows: rows(), styles})
    // log-update loses a row where the picture has another height and the same end: such a picture is drawn anew.
    if (lines.length !== height) update.clear()
    height = lines.length
    update(lines.join('\n'))
  }

  function leave(): void {
    draw(true)
    update.done()
    height = 0
  }

  const stopTicking = every(() => {
    frame++
    draw()
  })

  return {
    pause() {
      if (pauses === 0 && !isStopped) {
        leave()
        state.forgetEnded()
      }

      pauses += 1
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        pauses -= 1
        draw()
      }
    },
    report(event) {
      state.take(event)
      draw()
    },
    stop() {
      if (isStopped) return
      isStopped = true
      stopTicking()
      pauses = 0
      leave()
    },
  }
}
