import {flags} from '@heroku-cli/command'
import * as Args from '@oclif/core/args'
import {LONGEST_LIFETIME, LONGEST_WAIT, SHORTEST_LIFETIME} from '../../text/duration.js'
import {descriptions} from './completions.js'
import {consumerFlags, meantFlags} from './consumers.js'
import {outgoingTokenFlag, stragglerFlags} from './discover.js'
import {doneFlag} from './done.js'
import {durationFlag} from './duration.js'
import {fileFlags} from './file.js'

const DEFAULT_CONCURRENCY = 200
const DEFAULT_DRAIN_TIMEOUT = 600
const DEFAULT_TIMEOUT = 600

const actor = flags.string({description: 'name for the audit log (default: email of the account)', helpGroup: 'OUTPUT', helpValue: 'ID'})

export const planArgs = {
  // oclif would read piped input as the ID, and a token may be piped in.
  authorization: Args.string({description: 'description or ID of an authorization, or the first characters of the ID', ignoreStdin: true}),
}

export const planFlags = {
  actor,
  ...consumerFlags,
  ...meantFlags,
  concurrency: flags.integer({default: DEFAULT_CONCURRENCY, description: 'how many apps to work on at once', helpGroup: 'WAITING', helpValue: 'N', min: 1}),
  description: flags.string({
    char: 'd',
    completion: descriptions,
    description: 'description of the authorization to rotate; any date at its end may be left out',
    helpGroup: 'WHAT TO ROTATE',
    helpValue: 'NAME',
  }),
  drain: durationFlag({
    description: 'how long to wait for old dynos after the last restart, in s, m or h (default 30s, or 210s with preboot; 0: not at all)',
    helpGroup: 'WAITING',
    max: LONGEST_WAIT,
    min: 0,
  }),
  'drain-timeout': durationFlag({
    default: DEFAULT_DRAIN_TIMEOUT,
    description: 'how long to wait for one-off dynos and workflow runs that still use the old token',
    helpGroup: 'WAITING',
    max: LONGEST_WAIT,
    min: 0,
  }),
  'expires-in': durationFlag({
    char: 'e',
    description: 'how long the new token works, e.g. 90d or 12w (default: as long as the old one)', helpGroup: 'WHAT TO ROTATE', isLong: true, max: LONGEST_LIFETIME, min: SHORTEST_LIFETIME}),
  ...fileFlags,
  'ignore-one-off': flags.boolean({default: false, description: 'do not wait for one-off dynos and workflow runs that still use the old token', helpGroup: 'WAITING'}),
  ...outgoingTokenFlag,
  ...stragglerFlags,
  'no-consumers': flags.boolean({default: false, description: 'only people or other machines use the token: update nothing', helpGroup: 'WHERE IT IS USED'}),
  scope: flags.string({char: 's', description: 'scopes of the new token, separated by commas (default: those of the old token)', helpGroup: 'WHAT TO ROTATE', helpValue: 'SCOPE,…'}),
  timeout: durationFlag({default: DEFAULT_TIMEOUT, description: 'how long an app may take to release and restart (s, m for minutes, h)', helpGroup: 'WAITING', max: LONGEST_WAIT, min: 1}),
}

/** Only for commands that run, or show, a whole rotation: half of one in place leaves every consumer without a token. */
export const inPlaceFlag = (...more: readonly string[]) => ({
  'in-place': flags.boolean({
    default: false,
    description: 'replace a leaked token at once; apps fail until they have restarted',
    helpGroup: 'WHAT TO ROTATE',
    exclusive: ['canary', 'scope', 'expires-in', ...more],
  }),
})

export const personFlags = {
  actor,
  ...doneFlag,
}

export const rollbackOnFailureFlag = {
  'rollback-on-failure': flags.boolean({default: false, description: 'roll back without asking if an app fails with the new token', helpGroup: 'SAFETY'}),
}
