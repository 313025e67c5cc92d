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
  /** Runs a command of the CLI in this process, with the session in the environment if it came by HEROKU_API_KEY. */
  lend?: <T>(work: () => Promise<T>) => Promise<T>
  outside: Outside
  paths: Paths
  processes: Processes
  random: Random
  report: Report
  session: Secret
  /** Aborted with an `Interrupted` on Ctrl-C. */
  signal: AbortSignal
}
