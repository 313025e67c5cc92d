import type {Report} from '../ports.js'

export type Progress = {
  pause(): void
  report: Report
  stop(): void
}

export const silentProgress: Progress = {pause() {}, report() {}, stop() {}}
