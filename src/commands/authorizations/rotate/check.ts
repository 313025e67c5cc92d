import type {Result} from '../../../lib/rotation/report/result.js'

import {inPlaceFlag, planArgs, planFlags} from '../../../lib/cli/flags/plan.js'
import {requestFrom} from '../../../lib/cli/request.js'
import {RotationCommand} from '../../../lib/cli/rotation-command.js'

export default class RotateCheck extends RotationCommand {
  static override args = planArgs
  static override description = `print what a rotation would do, and change nothing
Exits with 1 when a rotation could not succeed.`
  static override examples = ['<%= config.bin %> <%= command.id %> --description example-token --app example-app']
  static override flags = {...planFlags, ...inPlaceFlag}

  async run(): Promise<Result> {
    const {args, flags} = await this.parse(RotateCheck)
    return this.showPlan(await requestFrom(args.authorization, flags))
  }
}
