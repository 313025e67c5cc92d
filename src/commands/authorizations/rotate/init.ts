import {flags} from '@heroku-cli/command'
import {stat} from 'node:fs/promises'
import {temporaryName} from '../../../lib/cli/composition.js'
import {ask, candidates, hintOf} from '../../../lib/cli/finding.js'
import {additionFlags, additionsFrom} from '../../../lib/cli/flags/additions.js'
import {outgoingTokenFlag, outgoingTokenFrom} from '../../../lib/cli/flags/discover.js'
import {DEFAULT_FILE} from '../../../lib/cli/flags/file.js'
import {planArgs, planFlags} from '../../../lib/cli/flags/plan.js'
import {defaultFile} from '../../../lib/cli/found-file.js'
import {says} from '../../../lib/cli/operator.js'
import {pick, readUsages} from '../../../lib/cli/picking.js'
import {refuseBoth} from '../../../lib/cli/request.js'
import {RotationCommand} from '../../../lib/cli/rotation-command.js'
import {issueOf} from '../../../lib/credentials/description.js'
import {namedBy, unnamed} from '../../../lib/credentials/outgoing.js'
import {flag, heroku, refused} from '../../../lib/errors.js'
import {discover} from '../../../lib/inventory/discover.js'
import {writtenText} from '../../../lib/output/discover-text.js'
import {cadence} from '../../../lib/rotation-file/cadence.js'
import {SharedReads} from '../../../lib/rotation/planning/shared-reads.js'
import {initResult} from '../../../lib/rotation/report/init-result.js'
import {absoluteOf} from '../../../lib/system/paths.js'
import {listed} from '../../../lib/text/count.js'
import {visible} from '../../../lib/text/shown.js'

export default class RotateInit extends RotationCommand {
  static override args = planArgs
  static override description = `Looks into the apps and pipelines of the account, the usual files of the home directory, and, with gh, the names of GitHub Actions secrets; asks, and writes.
Adds to a file that is there, and keeps its comments.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --description example-token --every 30d --github example/example-app',
    '<%= config.bin %> <%= command.id %> --description example-token --yes',
  ]
  static override summary = 'write a rotation file for an authorization, from what uses its token'
  static override flags = {
    ...additionFlags,
    concurrency: planFlags.concurrency,
    description: planFlags.description,
    every: flags.string({default: '90d', description: 'how often to rotate (d, w, m for months, or y)', helpGroup: 'WHAT TO ROTATE', helpValue: '90d'}),
    file: flags.string({char: 'f', default: () => defaultFile(), description: 'rotation file to write', helpGroup: 'OUTPUT', helpValue: 'FILE'}),
    force: flags.boolean({default: false, description: 'write a new file over the one that is there', helpGroup: 'SAFETY'}),
    'no-github': flags.boolean({default: false, description: 'do not ask gh for secrets of GitHub', helpGroup: 'WHERE IT IS USED'}),
    'no-home': flags.boolean({default: false, description: 'do not look into files of the home directory', helpGroup: 'WHERE IT IS USED'}),
    ...outgoingTokenFlag,
    yes: flags.boolean({char: 'y', default: false, description: 'ask nothing: write whatever is known to hold the token', helpGroup: 'SAFETY'}),
  }

  async run() {
    const {args: {authorization}, flags: given} = await this.parse(RotateInit)
    const {concurrency, every, file, force} = given
    refuseBoth('authorizations:rotate:init', authorization, given.description)
    if (!cadence.safeParse(every).success) throw refused('ROTATE_WITHIN', `--every ${every} is not a time such as 90d, 12w, 3m or 1y.`, flag('--every', '90d'))
    const flagged = additionsFrom(given, file)
    const asks = this.canAsk && !given.yes
    const {description, id} = namedBy(authorization, given.description)
    const isNamed = description !== undefined || id !== undefined
    if (!isNamed && !asks) throw unnamed('authorizations:rotate:init', '--yes')
    if (!asks && !given.yes) throw refused('ROTATE_TERMINAL', 'There is no terminal to ask on what to write.', flag('--yes'), 'usage')
    const token = await outgoingTokenFrom(process.stdin, given['outgoing-token-stdin'])
    const context = await this.makeContext()
    const reads = new SharedReads(context)
    const usages = isNamed ? null : await this.reading('Reading which apps use which authorization', () => readUsages(context, reads, concurrency))
    const named = usages ? (await pick(usages, {columns: this.screen.columns, now: context.clock.now()})).named : {description, id}
    const discovery = await this.asking(named, (outgoing, which) => discover(context, {ask: which, concurrency, given: token, outgoing, reads}))
    const {name} = issueOf(discovery.outgoing)
    const {found, isGitHubClosed} = await this.reading('Looking for other places', () => candidates(context, discovery, reads, {concurrency, github: !given['no-github'], home: !given['no-home']}))
    if (isGitHubClosed && !this.jsonEnabled()) process.stderr.write('GitHub was not searched: it needs gh with a login (gh auth login).\n')
    const chosen = asks ? await ask(file, found) : found.filter(({secret}) => secret === null)
    const additions = [...chosen, ...flagged]
    if (additions.length === 0) {
      const next = [flag('--app', 'example-app'), flag('--github', 'example/example-app'), flag('--path', '.env')]
      throw refused('ROTATE_NO_CONSUMERS', `Nothing was found that holds the token of ${name}, and nothing was named.`, next)
    }

    if (asks && !force && (await stat(absoluteOf(file)).catch(() => null)) && !(await says(`${file} is there already. Add ${name} to it?`, true))) {
      throw refused('ROTATE_FILE', `${file} stays as it is.`, heroku('authorizations:rotate:init', '--file', `other-${DEFAULT_FILE}`))
    }

    const perhaps = found.filter(one => one.secret && !chosen.includes(one))
    const {changeRotationFile} = await import('../../../lib/rotation-file/write-file.js')
    const {beginRotation} = await import('../../../lib/rotation-file/begin-rotation.js')
    const beginning = {additions, every, hints: perhaps.map(one => hintOf(one)), name}
    const {added} = await changeRotationFile(file, (text, where) => beginRotation(text, beginning, where), temporaryName, force)
    const {outgoing, unread} = discovery
    const result = initResult({added, calls: context.api.calls, every, file, name, outgoing, perhaps: perhaps.flatMap(({secret}) => secret ?? []), unread})
    this.print(styles => [
      this.wrapped(writtenText(file, added)),
      ...(perhaps.length > 0 && !asks ? [styles.warn(this.wrapped(`Not written, because nobody can read them: ${visible(listed(perhaps.map(one => one.name), 5))}`))] : []),
      ...(unread.length > 0 ? [styles.warn(this.wrapped(`Could not be read, and may use it too: ${visible(listed(unread.map(one => one.name), 5))}`))] : []),
      `  ${styles.command(result.next)}`,
      '',
    ].join('\n'))
    return result
  }
}
