import {catalogue, flag, heroku, todo} from '../../../src/lib/errors.js'
import {type Sample, unchanged} from './sample.js'

const EXAMPLE = ['authorizations:rotate', '--description', 'example-token'] as const
const apps = heroku('apps', '--all')

export const usage: Record<(typeof catalogue.usage)[number], Sample> = {
  ROTATE_APP: {
    happened: '--app example app: example app is not an app name.',
    means: 'What stands before the colon is not the name of an app.',
    next: [apps, heroku(...EXAMPLE, '--app', 'example-app:HEROKU_API_KEY')],
    now: unchanged,
  },
  ROTATE_CERTIFICATES: {
    happened: 'The file in SSL_CERT_FILE cannot be read.',
    means: 'The variable names certificates that are not there.',
    next: todo('Correct SSL_CERT_FILE, or unset it.'),
    now: unchanged,
  },
  ROTATE_CONFIRM: {
    happened: 'There is no terminal to ask you on. Confirm with --confirm.',
    means: 'The name was not typed, or another one.',
    next: flag('--confirm', 'example-token'),
    now: unchanged,
  },
  ROTATE_FILE: {
    happened: 'rotation.yml:4:12: every: 90 needs a unit: 90d\n| every: 90\n|        ^',
    means: 'The rotation file has a mistake, or cannot be read; with exit code 1 or 3, it is a file that holds the token.',
    next: heroku('authorizations:rotate:check', '--file', 'rotation.yml'),
    now: unchanged,
  },
  ROTATE_HEADERS: {
    happened: 'HEROKU_HEADERS is not a JSON object of strings, or one of them cannot be a header.',
    means: 'The variable adds headers to every call and has another form.',
    next: todo('unset HEROKU_HEADERS'),
    now: unchanged,
  },
  ROTATE_HOST: {
    happened: 'HEROKU_HOST names a host that is not Heroku\'s, so the session is not sent there.',
    means: 'Whoever runs that host would get your login.',
    next: todo('unset HEROKU_HOST'),
    now: unchanged,
  },
  ROTATE_INFISICAL: {
    happened: '--infisical takes PROJECT_ID/ENV, then /PATH and :SECRET if they are not the usual ones; it got example.',
    means: 'The flag needs the ID of a project and the slug of an environment.',
    next: heroku(...EXAMPLE, '--infisical', '01234567-89ab-cdef-0123-456789abcdef/prod:HEROKU_API_KEY'),
    now: unchanged,
  },
  ROTATE_KEY: {
    happened: '--app example-app:A=1: A=1 is not a config var name: it has a space or an =.',
    means: 'What stands after the colon is not the name of a config var.',
    next: flag('--app', 'example-app:HEROKU_API_KEY'),
    now: unchanged,
  },
  ROTATE_NO_CADENCE: {
    happened: 'How often should the tokens be rotated? rotation.yml has no every.',
    means: '`--due` needs to know how old a token may become.',
    next: [todo('Add every: 90d below the name of the token in the rotation file.'), heroku('authorizations:rotate:status', '--file', 'rotation.yml', '--due')],
    now: unchanged,
  },
  ROTATE_NOT_CLAIMED: {
    happened: 'On this CLI, authorizations:rotate is a command of the CLI, and heroku-authorizations-rotate could not take its place.',
    means: 'The command of the CLI itself would have run, which makes the old token invalid at once.',
    next: heroku('authorizations:rotate:run'),
    now: unchanged,
  },
  ROTATE_PIPELINE: {
    happened: '--pipeline takes PIPELINE/review or PIPELINE/test, not example-pipeline.',
    means: 'Only review apps and CI have config vars of a pipeline.',
    next: flag('--pipeline', 'example-pipeline/review'),
    now: unchanged,
  },
  ROTATE_PROXY: {
    happened: 'HTTPS_PROXY is not the address of an http or https proxy.',
    means: 'The variable names no proxy that the plugin can use.',
    next: todo('export HTTPS_PROXY=http://HOST:PORT'),
    now: unchanged,
  },
  ROTATE_SCOPE: {
    happened: '--scope reed: Heroku has no such scope. There are global, identity, read, write, read-protected, write-protected.',
    means: 'A scope is misspelt, or none was named.',
    next: flag('--scope', 'read-protected,write-protected'),
    now: unchanged,
  },
  ROTATE_STDIN: {
    happened: 'There is not exactly one token on stdin.',
    means: 'With `--outgoing-token-stdin` the old token comes on stdin, and nothing beside it.',
    next: todo('Put the token and nothing else on stdin.'),
    now: unchanged,
  },
  ROTATE_TERMINAL: {
    happened: 'stdout is a terminal, which would show the token.',
    means: 'The command needs a terminal and there is none, or there is one where a secret would be shown.',
    next: [{...heroku('authorizations:rotate:token'), note: ' | vault kv put secret/heroku token=-'}, heroku('authorizations:rotate:token', '--tty')],
    now: unchanged,
  },
  ROTATE_TWICE: {
    happened: 'example-app is named twice. Name it once, with all its keys.',
    means: 'Two entries for one place would be two writes and two restarts.',
    next: flag('--app', 'example-app:HEROKU_API_KEY,OTHER_KEY'),
    now: unchanged,
  },
  ROTATE_USAGE: {
    happened: 'Nonexistent flag: --fiel. Did you mean --file?',
    means: 'A flag or an argument is unknown, is missing, or has a value that it does not take.',
    next: [heroku('authorizations:rotate', '--file', 'rotation.yml'), heroku('authorizations:rotate', '--help')],
    now: unchanged,
  },
  ROTATE_WHICH: {
    happened: 'Which authorization? Name one: heroku authorizations:rotate NAME',
    means: 'More than one could be meant, or two flags say different things.',
    next: [heroku('authorizations'), heroku('authorizations:rotate', '--description', 'example-token', '--app', 'example-app')],
    now: unchanged,
  },
  ROTATE_WITHIN: {
    happened: '--within takes a time such as 14d, 2w, 1m or 1y, not soon.',
    means: 'A number of days, weeks, months or years was expected.',
    next: heroku('authorizations:rotate:status', '--due', '--within', '14d'),
    now: unchanged,
  },
}
