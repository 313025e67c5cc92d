import {flags} from '@heroku-cli/command'
import {AskingCommand} from '../../../lib/cli/asking-command.js'
import {progressFlag} from '../../../lib/cli/flags/output.js'
import {planArgs, planFlags} from '../../../lib/cli/flags/plan.js'
import {advance} from '../../../lib/rotation/engine/advance.js'

export default class RotateCreate extends AskingCommand {
  static override args = planArgs
  static override description = 'Go on with authorizations:rotate:fanout, or undo it with authorizations:rotate:rollback.'
  static override examples = ['<%= config.bin %> <%= command.id %> --description example-token --app example-app']
  static override flags = {
    ...planFlags,
    ...progressFlag,
    confirm: flags.string({char: 'c', description: 'name or ID of what is rotated, to answer the question in advance', helpGroup: 'SAFETY', helpValue: 'NAME'}),
  }
  static override summary = 'make and try the new token, without giving it to any app'

  async run() {
    const {args, flags: given} = await this.parse(RotateCreate)
    const open = await this.begin(await this.chosen(args.authorization, given), given)
    return this.carryOut(open, (rotations, onFailure) => advance(rotations, {onFailure, until: 'validate'}), {verb: 'fanout'})
  }
}
