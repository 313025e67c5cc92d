import type {PlatformApi} from './heroku/platform-api.js'
import type {Paths} from './journal/paths.js'
import type {Clock, Outside, Processes, Random, Report} from './ports.js'
import type {Filter} from './secrecy/filter.js'
import type {Secret} from './secrecy/secret.js'
import type {Disk} from './system/disk.js'

/** `cli/composition.ts` makes the real one. */
export type Context = {
  api: PlatformApi
  clock: Clock
  disk: Disk
  filter: Filter
  outside: Outside
  paths: Paths
  processes: Processes
  random: Random
  report: Report
  session: Secret
  /** Aborted with an `Interrupted` on Ctrl-C. */
  signal: AbortSignal
}
