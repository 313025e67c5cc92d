import {stragglerFlags} from '../../../lib/cli/flags/discover.js'
import {addedFlags, allFlag, confirmFlag, healthFlag, inFlightFlags, overridesFrom, waitFlags} from '../../../lib/cli/flags/in-flight.js'
import {outputFlags, progressFlag} from '../../../lib/cli/flags/output.js'
import {personFlags, planArgs} from '../../../lib/cli/flags/plan.js'
import {revokeWarning, RunCommand} from '../../../lib/cli/run.js'
import {goOn} from '../../../lib/rotation/engine/advance.js'
import {stopsBeforeRevoke} from '../../../lib/rotation/state/state.js'

export default class RotateResume extends RunCommand {
  static override args = planArgs
  static override description = 'Looks before it changes anything: nothing is done twice.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --description example-token']
  static override flags = {...inFlightFlags, ...progressFlag, ...confirmFlag, ...allFlag, ...addedFlags, ...waitFlags, ...healthFlag, ...stragglerFlags, ...personFlags, ...outputFlags}
  static override summary = 'go on with a rotation that stopped half-way'

  async run() {
    const {args, flags} = await this.parse(RotateResume)
    const open = await this.inFlight({...flags, ...args}, overridesFrom(flags))
    const agreed = await this.agreed(open, flags.confirm, revokeWarning, open.rotations.filter(({state}) => stopsBeforeRevoke(state)))
    return this.carryOut(agreed, (rotations, onFailure) => goOn(rotations, {onFailure}), {onFailure: 'ask'})
  }
}
