import {flags} from '@heroku-cli/command'

export const noFileFlag = {
  'no-file': flags.boolean({default: false, description: 'use neither rotation.yml of this directory nor the file in HEROKU_ROTATION_FILE', exclusive: ['file']}),
}

export const fileFlags = {
  file: flags.string({char: 'f', description: 'rotation file that names the consumers (default: HEROKU_ROTATION_FILE, or rotation.yml here, where it names the authorization)', helpValue: 'FILE'}),
  ...noFileFlag,
  'trust-file': flags.string({description: 'SHA-256 of the rotation file, as authorizations:rotate:trust tells it: the file is trusted for this run (for CI)', helpValue: 'SHA256'}),
}
