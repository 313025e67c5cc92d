import type {Result} from '../../../lib/rotation/report/result.js'

import {inFlightFlags} from '../../../lib/cli/flags/in-flight.js'
import {personFlags, rollbackOnFailureFlag} from '../../../lib/cli/flags/plan.js'
import {RotationCommand} from '../../../lib/cli/rotation-command.js'
import {advance} from '../../../lib/rotation/engine/advance.js'

export default class RotateFanout extends RotationCommand {
  static override aliases = ['authorizations:rotate:fan-out']
  static override description = 'write the incoming token to the consumers, wave by wave, and wait until they run with it'
  static override examples = ['<%= config.bin %> <%= command.id %> --description example-token']
  static override flags = {...inFlightFlags, ...personFlags, ...rollbackOnFailureFlag}

  async run(): Promise<Result> {
    const {flags} = await this.parse(RotateFanout)
    const rotation = await this.inFlight(flags)
    return this.carryOut(rotation, () => advance(rotation, 'fanout'), `heroku authorizations:rotate:verify --rotation ${rotation.id}`, flags['rollback-on-failure'] ? 'roll-back' : 'ask')
  }
}
