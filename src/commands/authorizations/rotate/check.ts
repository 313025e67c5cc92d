import {AskingCommand} from '../../../lib/cli/asking-command.js'
import {outputFlags} from '../../../lib/cli/flags/output.js'
import {inPlaceFlag, planArgs, planFlags} from '../../../lib/cli/flags/plan.js'

export default class RotateCheck extends AskingCommand {
  static override args = planArgs
  static override description = 'Exits with 1 when a rotation could not succeed.'
  static override examples = ['<%= config.bin %> <%= command.id %> --description example-token --app example-app']
  static override flags = {...planFlags, ...inPlaceFlag(), ...outputFlags}
  static override summary = 'show what a rotation would do, and change nothing'

  async run() {
    const {args, flags} = await this.parse(RotateCheck)
    return this.showPlans(await this.chosen(args.authorization, flags))
  }
}
