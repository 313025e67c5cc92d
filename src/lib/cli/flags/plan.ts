import {flags} from '@heroku-cli/command'
import * as Args from '@oclif/core/args'
import {LONGEST_LIFETIME, LONGEST_WAIT} from '../../text/duration.js'
import {consumerFlags, meantFlags} from './consumers.js'
import {outgoingTokenFlag, stragglerFlags} from './discover.js'
import {doneFlag} from './done.js'
import {fileFlags} from './file.js'

const DEFAULT_CONCURRENCY = 50
const DEFAULT_DRAIN_TIMEOUT = 600
const DEFAULT_TIMEOUT = 600

export const planArgs = {
  // oclif would read piped input as the ID, and a token may be piped in.
  authorization: Args.string({description: 'ID of an authorization, its first characters, or its description', ignoreStdin: true}),
}

export const planFlags = {
  actor: flags.string({description: 'who the audit log names (default: the email of the account)', helpValue: 'ID'}),
  ...consumerFlags,
  ...meantFlags,
  concurrency: flags.integer({default: DEFAULT_CONCURRENCY, description: 'apps to read or write at once, as long as the account has calls left', helpValue: 'N', min: 1}),
  description: flags.string({char: 'd', description: 'description of the authorization to replace; a date at its end is left out', helpValue: 'NAME'}),
  drain: flags.integer({
    description: 'seconds that old dynos may still run after the last restart (default 30, 210 for apps with preboot; 0 does not wait)',
    helpValue: 'SECONDS',
    max: LONGEST_WAIT,
    min: 0,
  }),
  'drain-timeout': flags.integer({
    default: DEFAULT_DRAIN_TIMEOUT,
    description: 'seconds to wait for one-off dynos and workflow runs that have the outgoing token',
    helpValue: 'SECONDS',
    max: LONGEST_WAIT,
    min: 0,
  }),
  'expires-in': flags.integer({char: 'e', description: 'seconds that the incoming token is valid (default: like the outgoing one)', helpValue: 'SECONDS', max: LONGEST_LIFETIME, min: 1}),
  ...fileFlags,
  'ignore-one-off': flags.boolean({default: false, description: 'do not wait for one-off dynos and workflow runs that have the outgoing token'}),
  ...outgoingTokenFlag,
  ...stragglerFlags,
  'no-consumers': flags.boolean({default: false, description: 'nothing that this plugin can reach holds the token'}),
  scope: flags.string({char: 's', description: 'scopes of the incoming token, separated by commas (default: those of the outgoing one)', helpValue: 'SCOPE,…'}),
  timeout: flags.integer({default: DEFAULT_TIMEOUT, description: 'seconds that an app may take to release and restart', helpValue: 'SECONDS', max: LONGEST_WAIT, min: 1}),
}

/** Only for commands that run, or show, a whole rotation: half of one in place leaves every consumer without a token. */
export const inPlaceFlag = {
  'in-place': flags.boolean({
    default: false,
    description: 'give the authorization another token at once: every consumer fails until it is written (for a token that is in the wrong hands)',
    exclusive: ['scope', 'expires-in', 'no-revoke', 'rollback-on-failure'],
  }),
}

export const personFlags = {
  actor: flags.string({description: 'who confirms what a person has done, for the audit log (default: the email of the account)', helpValue: 'ID'}),
  ...doneFlag,
}

export const rollbackOnFailureFlag = {
  'rollback-on-failure': flags.boolean({default: false, description: 'roll back without asking when a consumer fails to take the incoming token up'}),
}
