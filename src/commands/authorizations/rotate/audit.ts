import {flags} from '@heroku-cli/command'
import {resolve} from 'node:path'
import {type Ports, readAudit} from '../../../lib/audit/audit-log.js'
import {type Evidence, readEvidence} from '../../../lib/audit/evidence.js'
import {filesOf} from '../../../lib/cli/composition.js'
import {RotationCommand} from '../../../lib/cli/rotation-command.js'
import {flag, heroku, refused, RotationError, todo} from '../../../lib/errors.js'
import {auditText} from '../../../lib/output/audit-text.js'
import {html} from '../../../lib/output/report/html.js'
import {markdown} from '../../../lib/output/report/markdown.js'
import {onScreen} from '../../../lib/output/report/on-screen.js'
import {rotationReport} from '../../../lib/output/report/rotation-report.js'
import {codeOf} from '../../../lib/system/system-error.js'
import {count} from '../../../lib/text/count.js'
import {visible} from '../../../lib/text/shown.js'

const formats = {'.html': html, '.md': markdown} as const

export default class RotateAudit extends RotationCommand {
  static override description = `With --verify, checks that nobody has changed, removed or moved a line of the log; exits with 1 if somebody has.
With --rotation, shows one of them for auditors: where the token is used, what was proved, who did it, and the chain of the log; --report writes that to a file.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --verify',
    '<%= config.bin %> <%= command.id %> --rotation k7m2pq9xtz',
    '<%= config.bin %> <%= command.id %> --report rotation.html',
  ]
  static override flags = {
    report: flags.string({description: 'write a page about one rotation to this file, .md or .html', helpGroup: 'OUTPUT', helpValue: 'FILE'}),
    rotation: flags.string({description: 'rotation to show, or that the report is about (default: the last one)', helpGroup: 'WHAT TO ROTATE', helpValue: 'ID'}),
    verify: flags.boolean({default: false, description: 'check the chain of the log', helpGroup: 'OUTPUT'}),
  }
  static override summary = 'list the rotations that have ended, and who did them'

  async run() {
    const {flags: given} = await this.parse(RotateAudit)
    const files = await filesOf(this.config)
    const log = await readAudit(files)
    if (given.verify && log.damage.length > 0) {
      const found = log.damage.map(({line, what}) => `line ${line} ${what}`).join('; ')
      throw new RotationError('ROTATE_AUDIT', `Somebody has changed the audit log: ${found}.`, {
        next: todo(`Compare ${files.paths.auditLog} with a backup or with the copies that were sent elsewhere.`),
      })
    }

    const {report, rotation} = given
    if (report !== undefined) await this.#write(files, report, rotation)
    else if (rotation === undefined) this.print(styles => auditText(log, styles))
    else {
      const page = rotationReport(await this.#evidence(files, rotation))
      this.print(styles => onScreen(page, process.stdout.columns ?? 80, styles))
    }

    if (given.verify) this.print(() => `${count(log.entries.length, 'entry', 'entries')}, none changed, missing or moved.\n`)
    return rotation === undefined ? log : {...log, entries: log.entries.filter(entry => entry.rotation === rotation)}
  }

  async #write(files: Ports, file: string, rotation: string | undefined): Promise<void> {
    const format = Object.entries(formats).find(([ending]) => file.toLowerCase().endsWith(ending))?.[1]
    if (!format) throw refused('ROTATE_USAGE', `--report writes a .md or a .html file, not ${file}.`, flag('--report', 'rotation.html'))
    const evidence = await this.#evidence(files, rotation)
    await files.disk.replace(resolve(file), format(rotationReport(evidence))).catch((error: unknown) => {
      throw refused('ROTATE_FILE', `${file} cannot be written (${codeOf(error) ?? 'unknown'}).`, flag('--report', 'rotation.html'))
    })
    this.print(() => `Wrote ${file}, about rotation ${evidence.entry.rotation} of ${visible(evidence.entry.description)}.\n`)
  }

  async #evidence(files: Ports, rotation: string | undefined): Promise<Evidence> {
    const evidence = await readEvidence(files, rotation)
    if (evidence) return evidence
    const missing = rotation === undefined ? 'No rotation has ended on this machine.' : `The audit log has no rotation ${rotation}.`
    throw refused('ROTATE_NONE', missing, heroku('authorizations:rotate:audit'))
  }
}
