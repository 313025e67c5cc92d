import {flags} from '@heroku-cli/command'

export const progressFlag = {
  'no-progress': flags.boolean({default: false, description: 'write the progress line by line, without a spinner', helpGroup: 'OUTPUT'}),
}

export const outputFlags = {
  'json-events': flags.boolean({default: false, description: 'print each event as one line of JSON while it happens; the last line is the result', helpGroup: 'OUTPUT'}),
  output: flags.string({
    description: 'show errors and warnings as annotations of GitHub Actions, and add a summary to the page of the run',
    helpGroup: 'OUTPUT',
    helpValue: 'github',
    options: ['github'],
  }),
}

/** Read before the flags are parsed: a mistake in them is told in the same way. */
export const isForGitHub = (argv: readonly string[]): boolean => argv.some((word, index) => word === '--output=github' || (word === '--output' && argv[index + 1] === 'github'))
export const hasEvents = (argv: readonly string[]): boolean => argv.includes('--json-events')
