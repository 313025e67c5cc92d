import type {Context} from '../../../lib/context.js'
import type {DriftResult} from '../../../lib/rotation/drift-result.js'
import type {Result} from '../../../lib/rotation/result.js'
import type {Secret} from '../../../lib/secret.js'

import {outgoingTokenFrom} from '../../../lib/discover-flags.js'
import {type Comparison, comparisonFrom, driftFlags} from '../../../lib/drift-flags.js'
import {nextCommand, usage} from '../../../lib/errors.js'
import {inFlightFlags} from '../../../lib/in-flight-flags.js'
import {driftText} from '../../../lib/output/drift-text.js'
import {RotationCommand} from '../../../lib/rotation-command.js'
import {planArgs, rollbackOnFailureFlag} from '../../../lib/rotation-flags.js'
import {advance} from '../../../lib/rotation/advance.js'
import {driftError} from '../../../lib/rotation/drift-error.js'
import {driftResult} from '../../../lib/rotation/drift-result.js'
import {findDrift} from '../../../lib/rotation/drift.js'
import {inFlightOf} from '../../../lib/rotation/select.js'

export default class RotateVerify extends RotationCommand {
  static override args = planArgs
  static override description = [
    'read every consumer of a rotation in flight back, and ask the probes; outside one, tell which token each consumer holds',
    'Where the fanout of a rotation in flight was not finished, it is finished first.',
    'Outside a rotation, exits with 1 when a consumer holds another token than that of the newest issue. Changes nothing then.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> --description example-token',
    '<%= config.bin %> <%= command.id %> --file rotation.yml --description example-token',
  ]
  static override flags = {...inFlightFlags, ...driftFlags, ...rollbackOnFailureFlag}

  async run(): Promise<DriftResult | Result> {
    const {args, flags: given} = await this.parse(RotateVerify)
    const comparison = await comparisonFrom(args.authorization, given)
    const token = await outgoingTokenFrom(process.stdin, given['outgoing-token-stdin'])
    const context = await this.makeContext()
    const id = given.rotation ?? (comparison && (await inFlightOf(context, comparison.named)))
    if (comparison && id === null) return this.#compare(context, {...comparison, given: token})
    if (comparison?.isByFlags) {
      throw usage('ROTATE_IN_FLIGHT', `Rotation ${id} is in flight, and its plan says which consumers it has.`, `heroku authorizations:rotate:verify --rotation ${id}`)
    }

    const rotation = await this.inFlight(id === null ? given : {rotation: id}, {}, context)
    return this.carryOut(rotation, () => advance(rotation, 'verify'), `heroku authorizations:rotate:revoke --rotation ${rotation.id}`, given['rollback-on-failure'] ? 'roll-back' : 'ask')
  }

  async #compare(context: Context, {named, words, ...request}: Comparison & {given: null | Secret}): Promise<DriftResult> {
    const found = await this.asking(named, (credential, ask) => findDrift(context, {...request, ask, named: credential}))
    const {calls} = context.api
    const error = driftError(found, words)
    const result = driftResult(found, calls, error && nextCommand(error.next))
    this.print(styles => driftText(found, calls, process.stdout.columns ?? Number.POSITIVE_INFINITY, styles))
    if (error) throw this.knowing(result, error)
    return result
  }
}
