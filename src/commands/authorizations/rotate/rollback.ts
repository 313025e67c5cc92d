import {givenBack} from '../../../lib/cli/decision.js'
import {allFlag, confirmFlag, healthFlag, inFlightFlags, keepFlags, overridesFrom, waitFlags} from '../../../lib/cli/flags/in-flight.js'
import {outputFlags, progressFlag} from '../../../lib/cli/flags/output.js'
import {personFlags, planArgs} from '../../../lib/cli/flags/plan.js'
import {RunCommand} from '../../../lib/cli/run.js'
import {rollBack} from '../../../lib/rotation/engine/roll-back.js'
import {appsAndPlaces} from '../../../lib/text/count.js'

export default class RotateRollback extends RunCommand {
  static override args = planArgs
  static override description = `Possible until the old authorization is revoked. Interrupted, it can be resumed.
Apps whose dynos do not come up get the old token too; the end of the output names them.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --description example-token']
  static override flags = {...inFlightFlags, ...progressFlag, ...confirmFlag, ...allFlag, ...waitFlags, ...healthFlag, ...keepFlags, ...personFlags, ...outputFlags}
  static override summary = 'give the old token back to every app, and revoke the new one'

  async run() {
    const {args, flags} = await this.parse(RotateRollback)
    const open = await this.inFlight({...flags, ...args}, overridesFrom(flags))
    const agreed = await this.agreed(open, flags.confirm, rotation => {
      const {name} = rotation.plan
      const consumers = givenBack(rotation)
      if (consumers.length === 0) return `Rolling back ${name} revokes the new token, which nothing uses.`
      const apps = consumers.filter(({kind}) => kind === 'heroku-config').length
      return `Rolling back ${name} puts back what was there before in ${appsAndPlaces(apps, consumers.length - apps)}.${apps > 0 ? ' Apps restart.' : ''} The new token is revoked.`
    })
    return this.carryOut(agreed, rollBack)
  }
}
