import {flags} from '@heroku-cli/command'
import * as Args from '@oclif/core/args'
import {planFlags} from '../../../lib/cli/flags/plan.js'
import {foundFile} from '../../../lib/cli/found-file.js'
import {askTrust} from '../../../lib/cli/operator.js'
import {otherFile, trustedIn} from '../../../lib/cli/request.js'
import {RotationCommand} from '../../../lib/cli/rotation-command.js'
import {flag, heroku, refused} from '../../../lib/errors.js'
import {trustText} from '../../../lib/output/trust-text.js'
import {revokeTrust, trust, trustedFiles} from '../../../lib/rotation-file/trust.js'
import {coverOf} from '../../../lib/rotation/report/result.js'
import {realClock} from '../../../lib/system/clock.js'
import {absoluteOf} from '../../../lib/system/paths.js'
import {visibleLines} from '../../../lib/text/shown.js'

export default class RotateTrust extends RotationCommand {
  static override args = {file: Args.string({description: 'rotation file (default: HEROKU_ROTATION_FILE, or rotation.yml here)', ignoreStdin: true})}
  static override description = `Shows the programs, addresses, files and workflows that the file names, and asks.
The file is trusted on this machine, under this login, until it or a file that its programs are given changes.
A file that names only Heroku apps, pipelines, GitHub secrets, the usual Infisical, workflows without inputs and manual steps needs no trust.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> rotation.yml',
    '<%= config.bin %> <%= command.id %> --list',
    '<%= config.bin %> <%= command.id %> rotation.yml --revoke',
  ]
  static override flags = {
    list: flags.boolean({default: false, description: 'list the files that are trusted on this machine', helpGroup: 'OUTPUT'}),
    revoke: flags.boolean({default: false, description: 'no longer trust the file', exclusive: ['list', 'trust-file'], helpGroup: 'SAFETY'}),
    'trust-file': planFlags['trust-file'],
  }
  static override summary = 'trust a rotation file on this machine'

  async run() {
    const {args, flags: given} = await this.parse(RotateTrust)
    const store = await this.trustStore()
    if (given.list) {
      const files = await trustedFiles(store)
      this.print(() => (files.length === 0 ? 'No rotation file is trusted on this machine.\n' : files.map(({at, path}) => `${path}  since ${at}\n`).join('')))
      return {files: files.map(({at, key, path}) => ({at, key, path}))}
    }

    const {path: file, text} = args.file === undefined ? await this.#found() : {path: args.file}
    if (given.revoke) {
      const was = await revokeTrust(absoluteOf(file), store)
      this.print(() => (was ? `${file} is no longer trusted.\n` : `${file} was not trusted.\n`))
      return {besides: [], ...coverOf(), file, sha256: null, trusted: false}
    }

    // Only a session can sign it.
    if (!store.session) throw refused('ROTATE_NO_SESSION', 'You are not logged in.', heroku('login'))
    const {isTrusted, trusting} = await trustedIn(file, {given: undefined, store}, text)
    const isNeeded = trusting.reaches.length > 0
    if (isTrusted || (!isNeeded && !this.canAsk && given['trust-file'] === undefined)) {
      this.print(() => (isTrusted ? `${file} is trusted.\n` : `${file} needs no trust when you name it with --file.\nSHA-256 ${trusting.digest}\n`))
      return {besides: [], ...coverOf(trusting.files), file, sha256: trusting.digest, trusted: true}
    }

    if (!this.jsonEnabled()) this.present(`${trustText(trusting, this.screen)}\n`)
    const {digest, path, reaches} = trusting
    if (given['trust-file'] !== undefined && given['trust-file'] !== digest) throw otherFile(trusting)
    if (given['trust-file'] === undefined) {
      if (!this.canAsk) throw refused('ROTATE_UNTRUSTED', `There is no terminal to ask you on whether you trust ${path}.`, flag('--trust-file', digest))
      await askTrust(trusting)
    }

    await trust(trusting, realClock().now(), store)
    this.print(() => `${path} is trusted on this machine until it changes.\n`)
    return {besides: reaches.map(({by, reach}) => ({by, ...reach})), ...coverOf(trusting.files), file: path, sha256: digest, trusted: true}
  }

  async #found(): Promise<{path: string; text?: string}> {
    const found = await foundFile(process.env, null)
    if (!found) throw refused('ROTATE_USAGE', 'Name a rotation file.', heroku('authorizations:rotate:trust', 'rotation.yml'))
    this.argv = [...this.argv, found.path]
    process.stderr.write(visibleLines(`Using ${found.told}.\n`))
    return found
  }
}
