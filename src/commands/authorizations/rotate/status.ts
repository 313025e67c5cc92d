import {flags} from '@heroku-cli/command'
import type {Context} from '../../../lib/context.js'
import {noFileFlag} from '../../../lib/cli/flags/file.js'
import {RotationCommand} from '../../../lib/cli/rotation-command.js'
import {scheduleFrom} from '../../../lib/cli/schedule.js'
import {exitCodes} from '../../../lib/errors.js'
import {inFlightText} from '../../../lib/output/in-flight-text.js'
import {statusText} from '../../../lib/output/status-text.js'
import {stylesFor} from '../../../lib/output/styles.js'
import {watching} from '../../../lib/output/watching.js'
import {rotationsHere} from '../../../lib/rotation/report/in-flight-list.js'
import {statusOf, stepsFor} from '../../../lib/rotation/report/status.js'
import {shown, visibleBetweenStyles} from '../../../lib/text/shown.js'

/** How often the journals are looked at. */
const WATCH_MS = 1000

export default class RotateStatus extends RotationCommand {
  static override description = 'A rotation file says how often to rotate each. With --due, exits with 4 if one is overdue.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --file rotation.yml --due --within 14d']
  static override flags = {
    due: flags.boolean({default: false, description: 'exit with 4 if a token is overdue', helpGroup: 'OUTPUT'}),
    file: flags.string({char: 'f', description: 'rotation file that says how often (default: HEROKU_ROTATION_FILE, or rotation.yml here)', helpGroup: 'WHAT TO ROTATE', helpValue: 'FILE'}),
    ...noFileFlag,
    watch: flags.boolean({default: false, description: 'show the rotations of this machine until they end', helpGroup: 'OUTPUT'}),
    within: flags.string({description: 'also count tokens that become due in this time (d, w, m for months, or y)', helpGroup: 'OUTPUT', helpValue: '14d'}),
  }
  static override summary = 'show open rotations, and which tokens are due'

  async run() {
    const {flags: given} = await this.parse(RotateStatus)
    const schedule = await scheduleFrom(await this.withFile(given, null))
    const context = await this.makeContext()
    if (given.watch) await this.#watch(context)
    const status = await statusOf(context, schedule)
    this.print(styles => statusText(status, stepsFor(status, schedule), process.stdout.columns ?? Number.POSITIVE_INFINITY, styles))
    if (given.due && status.overdue + status.soon > 0) process.exitCode = exitCodes.overdue
    return status
  }

  /** Reads the journals only, so that watching costs no calls. */
  async #watch(context: Context): Promise<void> {
    const screen = this.jsonEnabled() ? null : watching(process.stdout, process.env)
    for (let rotations = await rotationsHere(context); rotations.some(({running}) => running); rotations = await rotationsHere(context)) {
      screen?.show(visibleBetweenStyles(shown(rotations).map(rotation => inFlightText(rotation, process.stdout.columns ?? Number.POSITIVE_INFINITY, stylesFor('stdout', process.env))).join('\n')))
      await context.clock.sleep(WATCH_MS, context.signal)
    }

    screen?.done()
  }
}
