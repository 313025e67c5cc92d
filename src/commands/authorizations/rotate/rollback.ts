import type {Result} from '../../../lib/rotation/report/result.js'
import type {Results} from '../../../lib/rotation/report/results.js'
import {allFlag, confirmFlag, healthFlag, inFlightFlags, keepFlags, overridesFrom, waitFlags} from '../../../lib/cli/flags/in-flight.js'
import {outputFlags} from '../../../lib/cli/flags/output.js'
import {personFlags} from '../../../lib/cli/flags/plan.js'
import {progressFlag} from '../../../lib/cli/flags/progress.js'
import {RunCommand} from '../../../lib/cli/run.js'
import {rollBack} from '../../../lib/rotation/engine/roll-back.js'
import {count} from '../../../lib/text/count.js'

export default class RotateRollback extends RunCommand {
  static override description = `give the old token back to every app, and revoke the new authorization
Possible until the old authorization is revoked. Interrupted, it can be resumed.
Apps whose dynos do not come up get the old token too; the end of the output names them.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --description example-token']
  static override flags = {...inFlightFlags, ...progressFlag, ...confirmFlag, ...allFlag, ...waitFlags, ...healthFlag, ...keepFlags, ...personFlags, ...outputFlags}
  static override summary = 'give the old token back to every app'

  async run(): Promise<Result | Results> {
    const {flags} = await this.parse(RotateRollback)
    const open = await this.inFlight(flags, overridesFrom(flags))
    const agreed = await this.agreed(open, flags.confirm, ({consumers, name}) => {
      const apps = consumers.filter(({kind}) => kind === 'heroku-config').length
      const places = consumers.length - apps
      const others = places === 0 ? '' : `${count(places, 'other place')} and `
      return `${name}: ${others}${count(apps, 'app')} get back what was there before. Apps restart. The new token is revoked.`
    })
    return this.carryOut(agreed, rollBack)
  }
}
