import {flags} from '@heroku-cli/command'

export const DEFAULT_FILE = 'rotation.yml'

export const noFileFlag = {
  'no-file': flags.boolean({default: false, description: 'use neither rotation.yml of this directory nor the file in HEROKU_ROTATION_FILE', exclusive: ['file'], helpGroup: 'WHERE IT IS USED'}),
}

export const fileFlags = {
  file: flags.string({
    char: 'f',
    description: 'rotation file that says what uses the token (default: HEROKU_ROTATION_FILE, or rotation.yml here, '
      + 'which a rotation with --confirm, --json or no terminal uses only if it is trusted)',
    helpGroup: 'WHERE IT IS USED',
    helpValue: 'FILE',
  }),
  ...noFileFlag,
  'trust-file': flags.string({description: 'trust the rotation file with this SHA-256 for this run (for CI; authorizations:rotate:trust shows it)', helpGroup: 'SAFETY', helpValue: 'SHA256'}),
}
