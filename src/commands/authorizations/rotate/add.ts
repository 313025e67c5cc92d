import {flags} from '@heroku-cli/command'
import {addTo, askKind, fileToAddTo, missingFiles, nameIn} from '../../../lib/cli/adding.js'
import {additionFlags, additionsFrom} from '../../../lib/cli/flags/additions.js'
import {DEFAULT_FILE} from '../../../lib/cli/flags/file.js'
import {planArgs} from '../../../lib/cli/flags/plan.js'
import {refuseBoth} from '../../../lib/cli/request.js'
import {RotationCommand} from '../../../lib/cli/rotation-command.js'
import {heroku, refused} from '../../../lib/errors.js'
import {addResult} from '../../../lib/rotation/report/init-result.js'

export default class RotateAdd extends RotationCommand {
  static override args = planArgs
  static override description = `Changes that file and nothing else; comments and order stay. authorizations:rotate:check tells whether it can be reached.
People, commands and probes: write them into the file (docs/guide/rotation-file.md).`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --app example-app',
    '<%= config.bin %> <%= command.id %> --github example/example-app:DEPLOY_TOKEN --path ~/.netrc',
    '<%= config.bin %> <%= command.id %> --description example-token --canary example-app-staging --file ops/rotation.yml',
  ]
  static override summary = 'add an app, secret or file to the rotation file'
  static override flags = {
    ...additionFlags,
    description: flags.string({char: 'd', description: 'name of the token that is used there, where the file names several', helpGroup: 'WHAT TO ROTATE', helpValue: 'NAME'}),
    file: flags.string({char: 'f', description: `rotation file (default: HEROKU_ROTATION_FILE, or ${DEFAULT_FILE} here)`, helpGroup: 'WHAT TO ROTATE', helpValue: 'FILE'}),
  }

  async run() {
    const {args: {authorization}, flags: given} = await this.parse(RotateAdd)
    refuseBoth('authorizations:rotate:add', authorization, given.description)
    const {names, path: file} = await fileToAddTo(given.file, process.env)
    const name = await nameIn(file, names, given.description ?? authorization, this.canAsk)
    const flagged = additionsFrom(given, file)
    if (flagged.length === 0 && !this.canAsk) {
      throw refused('ROTATE_USAGE', 'Name what to add.', [heroku('authorizations:rotate:add', '--app', 'example-app'), heroku('authorizations:rotate:add', '--github', 'example/example-app')])
    }

    const additions = flagged.length > 0 ? flagged : additionsFrom(await askKind(), file)
    const added = await addTo(file, name, additions)
    const missing = await missingFiles(given.path ?? [])
    const result = addResult({added, file, name})
    const told = added.length === 0 ? `${file} names it already for ${name}.` : `Added to ${name} in ${file}: ${added.join(' ')}`
    this.print(styles => `${this.wrapped(told)}\n${missing.map(path => styles.warn(`There is no file ${path} on this machine.\n`)).join('')}  ${styles.command(result.next)}\n`)
    return result
  }
}
