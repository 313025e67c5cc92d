import {flags} from '@heroku-cli/command'
import {type AuditLog, readAudit} from '../../../lib/audit/audit-log.js'
import {RotationCommand} from '../../../lib/cli/rotation-command.js'
import {RotationError, todo} from '../../../lib/errors.js'
import {auditText} from '../../../lib/output/audit-text.js'
import {count} from '../../../lib/text/count.js'

export default class RotateAudit extends RotationCommand {
  static override description = `list the rotations that have ended, and who did them
With --verify, checks that nobody has changed, removed or moved a line of the log; exits with 1 if somebody has.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --verify']
  static override flags = {verify: flags.boolean({default: false, description: 'check the chain of the log'})}
  static override summary = 'list the rotations that have ended'

  async run(): Promise<AuditLog> {
    const {flags: given} = await this.parse(RotateAudit)
    const files = this.files()
    const log = await readAudit(files)
    if (given.verify && log.damage.length > 0) {
      const found = log.damage.map(({line, what}) => `line ${line} ${what}`).join('; ')
      throw new RotationError('ROTATE_AUDIT', `Somebody has changed the audit log: ${found}.`, {
        next: todo(`Compare ${files.paths.auditLog} with a backup or with the copies that were sent elsewhere.`),
      })
    }

    this.print(styles => auditText(log, styles))
    if (given.verify) this.print(() => `${count(log.entries.length, 'entry', 'entries')}, none changed, missing or moved.\n`)
    return log
  }
}
