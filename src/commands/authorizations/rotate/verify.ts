import type {Context} from '../../../lib/context.js'
import type {Secret} from '../../../lib/secrecy/secret.js'
import {outgoingTokenFrom} from '../../../lib/cli/flags/discover.js'
import {type Comparison, comparisonFrom, driftFlags} from '../../../lib/cli/flags/drift.js'
import {confirmFlag, inFlightFlags} from '../../../lib/cli/flags/in-flight.js'
import {outputFlags, progressFlag} from '../../../lib/cli/flags/output.js'
import {planArgs, rollbackOnFailureFlag} from '../../../lib/cli/flags/plan.js'
import {RunCommand} from '../../../lib/cli/run.js'
import {namedBy} from '../../../lib/credentials/outgoing.js'
import {heroku, nextCommand, refused} from '../../../lib/errors.js'
import {findDrift} from '../../../lib/inventory/drift.js'
import {driftText} from '../../../lib/output/drift-text.js'
import {untrustedText} from '../../../lib/output/trust-text.js'
import {verifyAgain} from '../../../lib/rotation/engine/advance.js'
import {findInFlight} from '../../../lib/rotation/guards/in-flight.js'
import {driftError} from '../../../lib/rotation/report/drift-error.js'
import {driftResult} from '../../../lib/rotation/report/drift-result.js'
import {inFlightOf} from '../../../lib/rotation/state/select.js'

export default class RotateVerify extends RunCommand {
  static override args = planArgs
  static override description = [
    'During a rotation it writes: it first finishes updating the apps, then reads all of them back and asks the probes.',
    'Otherwise it changes nothing, and exits with 1 if something has another token than the newest one.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> --description example-token',
    '<%= config.bin %> <%= command.id %> --file rotation.yml --description example-token',
  ]
  static override flags = {...inFlightFlags, ...progressFlag, ...confirmFlag, ...driftFlags, ...rollbackOnFailureFlag, ...outputFlags}
  static override summary = 'check that every app and place has the right token'

  async run() {
    const {args, flags: given} = await this.parse(RotateVerify)
    const {description} = namedBy(args.authorization, given.description)
    const asked = given.rotation === undefined && description !== undefined ? await this.withFile(given, description) : given
    const comparison = await comparisonFrom(args.authorization, asked, await this.trustStore())
    const token = await outgoingTokenFrom(process.stdin, given['outgoing-token-stdin'])
    const context = await this.makeContext()
    const id = given.rotation ?? (comparison && (await inFlightOf(context, comparison.named)))
    if (comparison && id === null) return this.#compare(context, {...comparison, given: token})
    if (comparison?.isByFlags) {
      throw refused('ROTATE_IN_FLIGHT', `Rotation ${id} is open and knows its own consumers. Leave the flags out.`, heroku('authorizations:rotate:verify', '--rotation', id), 'usage')
    }

    const open = await this.inFlight(id === null ? given : {confirm: given.confirm, rotation: id}, {}, context)
    return this.carryOut(open, (rotations, onFailure) => verifyAgain(rotations, {onFailure}), {
      onFailure: given['rollback-on-failure'] ? 'roll-back' : 'ask',
      verb: 'revoke',
    })
  }

  async #compare(context: Context, {named, untrusted, words, ...request}: Comparison & {given: null | Secret}) {
    if (untrusted && !this.jsonEnabled()) process.stderr.write(`${untrustedText(untrusted, this.screen)}\n`)
    this.knowNames(request.consumers)
    const found = await this.asking(named, (credential, ask) => findDrift(context, {...request, ask, named: credential, refuseInFlight: findInFlight}))
    const {calls} = context.api
    const error = driftError(found, words)
    const result = this.knowing(driftResult(found, calls, error && nextCommand(error)))
    this.print(styles => driftText(found, calls, {columns: process.stdout.columns ?? Number.POSITIVE_INFINITY, names: this.names, styles}))
    if (error) throw error
    return result
  }
}
