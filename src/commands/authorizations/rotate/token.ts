import {flags} from '@heroku-cli/command'
import {inFlightFlags} from '../../../lib/cli/flags/in-flight.js'
import {RotationCommand} from '../../../lib/cli/rotation-command.js'
import {heroku, refused} from '../../../lib/errors.js'
import {incomingToken} from '../../../lib/rotation/state/select.js'

export default class RotateToken extends RotationCommand {
  static override description = `write the incoming token of a rotation in flight to stdout, for a pipe
The one command that lets the token out. It does not write to a terminal unless --tty is given.`
  static override enableJsonFlag = false
  static override examples = ['<%= config.bin %> <%= command.id %> --description example-token | vault kv put secret/heroku token=-']
  static override flags = {...inFlightFlags, tty: flags.boolean({default: false, description: 'write it although stdout is a terminal'})}

  async run(): Promise<void> {
    const {flags: given} = await this.parse(RotateToken)
    if (process.stdout.isTTY && !given.tty) {
      throw refused('ROTATE_TERMINAL', 'stdout is a terminal, and whoever looks at it would see the token.', [
        {...heroku('authorizations:rotate:token'), note: ' | vault kv put secret/heroku token=-'},
        heroku('authorizations:rotate:token', '--tty'),
      ])
    }

    const token = await incomingToken(await this.makeContext(), given)
    token.expose(value => this.writeUnfiltered(process.stdout.isTTY ? `${value}\n` : value))
  }
}
