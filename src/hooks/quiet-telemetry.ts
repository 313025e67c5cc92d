import type {Hook} from '@oclif/core'

const id = 'authorizations:rotate'

/**
 * Tells telemetry nothing of a command of this plugin that runs with DEBUG, or with HEROKU_DEBUG, of which the CLI makes a DEBUG
 * later. The CLI then gives the process that sends its telemetry our stderr, where no filter of ours reaches. If the server
 * refuses, that process prints the whole request, with the session in it. A prerun hook would be too late: the CLI starts the
 * process in one.
 */
const quietTelemetry: Hook.Init = async function ({id: command}) {
  const {DEBUG, HEROKU_DEBUG} = process.env
  if ((DEBUG || HEROKU_DEBUG) && command?.startsWith(id)) process.env['DISABLE_TELEMETRY'] = 'true'
}

export default quietTelemetry
