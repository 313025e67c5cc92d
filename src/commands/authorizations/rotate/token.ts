import {flags} from '@heroku-cli/command'
import {fstatSync} from 'node:fs'
import type {Secret} from '../../../lib/secrecy/secret.js'
import {inFlightFlags} from '../../../lib/cli/flags/in-flight.js'
import {planArgs} from '../../../lib/cli/flags/plan.js'
import {RotationCommand} from '../../../lib/cli/rotation-command.js'
import {heroku, refused, todo} from '../../../lib/errors.js'
import {incomingToken} from '../../../lib/rotation/state/select.js'

export default class RotateToken extends RotationCommand {
  static override args = planArgs
  static override description = 'The one command that lets the token out. It does not write to a terminal unless --tty is given.'
  static override enableJsonFlag = false
  static override examples = ['<%= config.bin %> <%= command.id %> --description example-token | vault kv put secret/heroku token=-']
  static override flags = {...inFlightFlags, tty: flags.boolean({default: false, description: 'print the token on a terminal too', helpGroup: 'OUTPUT'})}
  static override summary = 'print the new token of an open rotation, for a pipe'

  async run(): Promise<void> {
    const {args, flags: given} = await this.parse(RotateToken)
    if (process.stdout.isTTY && !given.tty) {
      throw refused('ROTATE_TERMINAL', 'stdout is a terminal, which would show the token.', [
        todo('heroku authorizations:rotate:token | vault kv put secret/heroku token=-'),
        heroku('authorizations:rotate:token', '--tty'),
      ])
    }

    const token = await incomingToken(await this.makeContext(), {...given, ...args})
    if (!process.stdout.isTTY) this.#warn(token)
    token.expose(value => this.writeUnfiltered(process.stdout.isTTY ? `${value}\n` : value))
  }

  /** Whoever reads stdout may keep it: a log, or a file that others can read. */
  #warn(token: Secret): void {
    const {CI, GITHUB_ACTIONS} = process.env
    // The runner reads a pipe, takes the order from either stream, and hides the token in what it shows from here on.
    const isRead = !process.stderr.isTTY && !fstatSync(2).isFile()
    if (GITHUB_ACTIONS === 'true' && isRead) token.expose(value => this.writeUnfiltered(`::add-mask::${value}\n`, 'stderr'))
    else if (CI || GITHUB_ACTIONS === 'true') process.stderr.write('warning: this is a CI job: if nothing reads stdout, its log keeps the token\n')
    const stdout = fstatSync(1)
    if (stdout.isFile() && (stdout.mode & 0o077) !== 0) process.stderr.write('warning: others can read the file that the token is written to (chmod 600)\n')
  }
}
