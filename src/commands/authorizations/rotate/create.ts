import {flags} from '@heroku-cli/command'

import type {Result} from '../../../lib/rotation/report/result.js'

import {planArgs, planFlags} from '../../../lib/cli/flags/plan.js'
import {requestFrom} from '../../../lib/cli/request.js'
import {RotationCommand} from '../../../lib/cli/rotation-command.js'
import {advance} from '../../../lib/rotation/engine/advance.js'

export default class RotateCreate extends RotationCommand {
  static override args = planArgs
  static override description = `make the incoming authorization and try its token out, without giving it to anyone yet
The rotation then goes on with authorizations:rotate:fanout, or is undone with authorizations:rotate:rollback.`
  static override examples = ['<%= config.bin %> <%= command.id %> --description example-token --app example-app']
  static override flags = {
    ...planFlags,
    confirm: flags.string({char: 'c', description: 'name or ID of what is replaced, to skip the prompt', helpValue: 'NAME'}),
  }

  async run(): Promise<Result> {
    const {args, flags: given} = await this.parse(RotateCreate)
    const rotation = await this.begin(await requestFrom(args.authorization, given), given)
    return this.carryOut(rotation, () => advance(rotation, 'validate'), `heroku authorizations:rotate:fanout --rotation ${rotation.id}`)
  }
}
