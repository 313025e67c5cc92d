import {flags} from '@heroku-cli/command'
import type {Chosen} from '../../../lib/cli/run.js'
import {AskingCommand} from '../../../lib/cli/asking-command.js'
import {outputFlags, progressFlag} from '../../../lib/cli/flags/output.js'
import {inPlaceFlag, personFlags, planArgs, planFlags, rollbackOnFailureFlag} from '../../../lib/cli/flags/plan.js'
import {requestsFrom, severalFlags, whichOf} from '../../../lib/cli/flags/several.js'
import {advance} from '../../../lib/rotation/engine/advance.js'

/** A person who types only an ID may mean the CLI's own command of that name. */
const UNLIKE = 'This is the plugin\'s rotate: no downtime, no token shown. The CLI\'s own kills the token at once; here that is --in-place.'

export default class Rotate extends AskingCommand {
  static override args = planArgs
  static override description = [
    'Makes a new authorization, gives its token to every app and place that uses the old one, waits for releases and dynos,',
    'revokes the old authorization and proves that it is dead.',
    'You can roll back until the old token is revoked, and resume after any interruption.',
  ].join(' ')
  static override examples = [
    '<%= config.bin %> <%= command.id %> --description example-token --app example-app',
    '<%= config.bin %> <%= command.id %> --description example-token --canary example-app-staging --app example-app:HEROKU_API_KEY,OTHER_KEY --confirm example-token',
    '<%= config.bin %> <%= command.id %> 01234567-89ab-cdef-0123-456789abcdef --app example-app --dry-run',
    '<%= config.bin %> <%= command.id %> --file rotation.yml --due --within 14d',
  ]
  static override flags = {
    ...personFlags,
    ...planFlags,
    ...progressFlag,
    ...inPlaceFlag('no-revoke', 'rollback-on-failure'),
    ...severalFlags,
    confirm: flags.string({char: 'c', description: 'name or ID of what is replaced (all or due for several), to skip the prompt', helpValue: 'NAME'}),
    'dry-run': flags.boolean({char: 'n', default: false, description: 'print the plan and change nothing', helpGroup: 'SAFETY'}),
    'no-revoke': flags.boolean({default: false, description: 'stop before the old token is revoked', helpGroup: 'SAFETY'}),
    ...rollbackOnFailureFlag,
    ...outputFlags,
  }
  static override summary = 'replace a token everywhere it is used, without downtime'

  async run() {
    const {args, flags: given} = await this.parse(Rotate)
    if (args.authorization !== undefined && this.argv.length === 1) this.tell(UNLIKE)
    const asked = given.all || given.due ? await this.withFile(given, null) : given
    const which = whichOf(args.authorization, asked)
    const chosen: Chosen = which ? {requests: context => requestsFrom(context, which, asked), which} : await this.chosen(args.authorization, given)
    if (given['dry-run']) return this.showPlans(chosen, given['no-revoke'])
    const until = given['no-revoke'] ? 'verify' : 'finish'
    return this.carryOut(await this.begin(chosen, given), (rotations, onFailure) => advance(rotations, {onFailure, until}), {
      onFailure: given['rollback-on-failure'] ? 'roll-back' : 'ask',
      verb: given['no-revoke'] ? 'revoke' : null,
    })
  }
}
