import {flags} from '@heroku-cli/command'

const USES = 'WHERE IT IS USED'

export const noFileFlag = {
  'no-file': flags.boolean({default: false, description: 'do not use rotation.yml or HEROKU_ROTATION_FILE', exclusive: ['file'], helpGroup: USES}),
}

export const fileFlags = {
  file: flags.string({char: 'f', description: 'rotation file (default: HEROKU_ROTATION_FILE, or rotation.yml here, if it names the authorization)', helpGroup: USES, helpValue: 'FILE'}),
  ...noFileFlag,
  'trust-file': flags.string({description: 'SHA-256 of the rotation file, to trust it for this run (for CI)', helpGroup: 'SAFETY', helpValue: 'SHA256'}),
}
