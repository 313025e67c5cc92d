import {stragglerFlags} from '../../../lib/cli/flags/discover.js'
import {allFlag, confirmFlag, inFlightFlags, overridesFrom, waitFlags} from '../../../lib/cli/flags/in-flight.js'
import {progressFlag} from '../../../lib/cli/flags/output.js'
import {planArgs} from '../../../lib/cli/flags/plan.js'
import {revokeWarning, RunCommand} from '../../../lib/cli/run.js'
import {advance} from '../../../lib/rotation/engine/advance.js'

export default class RotateRevoke extends RunCommand {
  static override args = planArgs
  static override description = 'Waits for old dynos first. After the revoke there is no way back.'
  static override examples = ['<%= config.bin %> <%= command.id %> --description example-token']
  static override flags = {...inFlightFlags, ...progressFlag, ...confirmFlag, ...allFlag, ...waitFlags, ...stragglerFlags}
  static override summary = 'revoke the old token, and prove that it is dead'

  async run() {
    const {args, flags} = await this.parse(RotateRevoke)
    const open = await this.inFlight({...flags, ...args}, overridesFrom(flags))
    const agreed = await this.agreed(open, flags.confirm, revokeWarning)
    return this.carryOut(agreed, rotations => advance(rotations))
  }
}
