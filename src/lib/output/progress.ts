import type {Report} from '../ports.js'

/** Where a run stands, shown on stderr while it goes on. */
export type Progress = {
  /** Before something else, a prompt, writes to the terminal. */
  pause(): void
  report: Report
  stop(): void
}

/** For `--json` and tests of what is silent. */
export const silentProgress: Progress = {pause() {}, report() {}, stop() {}}
