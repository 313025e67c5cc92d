import {flags} from '@heroku-cli/command'

export const progressFlag = {
  'no-progress': flags.boolean({default: false, description: 'write the progress line by line, without a spinner', helpGroup: 'OUTPUT'}),
}
