import type {Result} from '../../../lib/rotation/report/result.js'
import type {Results} from '../../../lib/rotation/report/results.js'

import {stragglerFlags} from '../../../lib/cli/flags/discover.js'
import {addedFlags, allFlag, inFlightFlags, waitFlags, waitsFrom} from '../../../lib/cli/flags/in-flight.js'
import {personFlags} from '../../../lib/cli/flags/plan.js'
import {SeveralCommand} from '../../../lib/cli/several-command.js'
import {goOn} from '../../../lib/rotation/engine/go-on.js'
import {goOnAll} from '../../../lib/rotation/engine/several.js'

export default class RotateResume extends SeveralCommand {
  static override description = `go on with an interrupted rotation, in the direction it was going
Reads the world before it writes: what was done already is not done again.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --description example-token']
  static override flags = {...inFlightFlags, ...allFlag, ...addedFlags, ...waitFlags, ...stragglerFlags, ...personFlags}

  async run(): Promise<Result | Results> {
    const {flags} = await this.parse(RotateResume)
    if (flags.all) return this.carryOutAll(await this.allInFlight(flags, waitsFrom(flags)), goOnAll, null)
    return this.carryOut(await this.inFlight(flags, waitsFrom(flags)), goOn, null)
  }
}
