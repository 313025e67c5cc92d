import {confirmFlag, inFlightFlags} from '../../../lib/cli/flags/in-flight.js'
import {progressFlag} from '../../../lib/cli/flags/output.js'
import {personFlags, planArgs, rollbackOnFailureFlag} from '../../../lib/cli/flags/plan.js'
import {RunCommand} from '../../../lib/cli/run.js'
import {advance} from '../../../lib/rotation/engine/advance.js'

export default class RotateFanout extends RunCommand {
  static override aliases = ['authorizations:rotate:fan-out']
  static override args = planArgs
  static override description = 'Waits until they run with it.'
  static override examples = ['<%= config.bin %> <%= command.id %> --description example-token']
  static override flags = {...inFlightFlags, ...progressFlag, ...confirmFlag, ...personFlags, ...rollbackOnFailureFlag}
  static override summary = 'give the new token to the apps, the canary first'

  async run() {
    const {args, flags} = await this.parse(RotateFanout)
    return this.carryOut(await this.inFlight({...flags, ...args}), (rotations, onFailure) => advance(rotations, {onFailure, until: 'fanout'}), {
      onFailure: flags['rollback-on-failure'] ? 'roll-back' : 'ask',
      verb: 'verify',
    })
  }
}
