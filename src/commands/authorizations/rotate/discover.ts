import {flags} from '@heroku-cli/command'
import {addTo, nameIn} from '../../../lib/cli/adding.js'
import {additionAt} from '../../../lib/cli/flags/additions.js'
import {outgoingTokenFlag, outgoingTokenFrom} from '../../../lib/cli/flags/discover.js'
import {noFileFlag} from '../../../lib/cli/flags/file.js'
import {planArgs, planFlags} from '../../../lib/cli/flags/plan.js'
import {type FileGiven} from '../../../lib/cli/found-file.js'
import {refuseBoth, rotationsIn} from '../../../lib/cli/request.js'
import {RotationCommand} from '../../../lib/cli/rotation-command.js'
import {issueOf} from '../../../lib/credentials/description.js'
import {namedBy} from '../../../lib/credentials/outgoing.js'
import {heroku, refused} from '../../../lib/errors.js'
import {discover, holders} from '../../../lib/inventory/discover.js'
import {discoverText, writtenText} from '../../../lib/output/discover-text.js'
import {discoverResult} from '../../../lib/rotation/report/discover-result.js'
import {typed} from '../../../lib/text/shell-quote.js'

export default class RotateDiscover extends RotationCommand {
  static override args = planArgs
  static override description = 'Reads the config vars of every app the account can reach, and of the test and review stages of its pipelines. Changes nothing at Heroku.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --description example-token',
    '<%= config.bin %> <%= command.id %> --description example-token --write rotation.yml',
  ]
  static override flags = {
    concurrency: planFlags.concurrency,
    description: planFlags.description,
    file: flags.string({char: 'f', description: 'rotation file that names the token (default: HEROKU_ROTATION_FILE, or rotation.yml here)', helpGroup: 'WHAT TO ROTATE', helpValue: 'FILE'}),
    ...noFileFlag,
    ...outgoingTokenFlag,
    write: flags.string({description: 'rotation file to write the apps to; one that is there is added to, and keeps its comments and order', helpGroup: 'OUTPUT', helpValue: 'FILE'}),
  }
  static override summary = 'find the apps that use the token of an authorization'

  async run() {
    const {args: {authorization}, flags: given} = await this.parse(RotateDiscover)
    refuseBoth('authorizations:rotate:discover', authorization, given.description)
    const token = await outgoingTokenFrom(process.stdin, given['outgoing-token-stdin'])
    const named = authorization === undefined ? {description: await this.#description(given)} : namedBy(authorization, undefined)
    const context = await this.makeContext()
    const found = await this.asking(
      named,
      (outgoing, ask) => discover(context, {ask, concurrency: given.concurrency, given: token, outgoing}),
    )
    const {calls} = context.api
    this.print(styles => discoverText(found, calls, process.stdout.columns ?? 80, styles))
    const {name} = issueOf(found.outgoing)
    const {write: file} = given
    if (file === undefined) return discoverResult(found, calls, `heroku authorizations:rotate ${found.outgoing.id}`)
    const additions = holders(found).map(holder => additionAt(holder))
    if (additions.length === 0) throw refused('ROTATE_NO_CONSUMERS', `No place holds the token of ${name}, so there is nothing to write to ${file}.`, heroku('authorizations'))
    const added = await addTo(file, name, additions)
    this.print(() => `${this.wrapped(writtenText(file, added))}\n`)
    return discoverResult(found, calls, typed('heroku', 'authorizations:rotate', '--file', file, '--description', name))
  }

  /** A rotation file says it where nobody else does. */
  async #description(given: FileGiven & {description?: string | undefined}): Promise<string | undefined> {
    const {file} = given.description === undefined ? await this.withFile(given, null) : given
    if (file === undefined) return given.description
    return nameIn(file, this.found?.names ?? (await rotationsIn(file, null)).map(({name}) => name), given.description, this.canAsk)
  }
}
