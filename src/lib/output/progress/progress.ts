import type {Report} from '../../ports.js'

export type Progress = {
  /** Leaves the screen to a question; the answer draws again. Until then events are taken and not drawn. */
  pause(): () => void
  report: Report
  stop(): void
}

export const silentProgress: Progress = {pause: () => () => {}, report() {}, stop() {}}
