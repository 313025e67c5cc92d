import type {PlatformApi} from './heroku/platform-api.js'
import type {Paths} from './journal/paths.js'
import type {Clock, Outside, Processes, Random, Report} from './ports.js'
import type {Filter} from './secrecy/filter.js'
import type {Secret} from './secrecy/secret.js'
import type {Disk} from './system/disk.js'

/** Everything a rotation touches of the outside world. `composition.ts` makes the real one. */
export type Context = {
  /** The Platform API, as the operator's session. */
  api: PlatformApi
  clock: Clock
  disk: Disk
  /** Learns every token, to keep it out of the output streams. */
  filter: Filter
  /** Programs, files, addresses and people that are neither Heroku nor our own. */
  outside: Outside
  paths: Paths
  processes: Processes
  random: Random
  report: Report
  session: Secret
  /** Aborted with an `Interrupted` when the user presses Ctrl-C. */
  signal: AbortSignal
}
