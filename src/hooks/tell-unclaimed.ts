import type {Hook} from '@oclif/core'

const plugin = 'heroku-authorizations-rotate'
const id = 'authorizations:rotate'

/**
 * Says so where `claim-command.ts` has failed. oclif swallows the error of a hook unless the error has an exit code. Without
 * this hook, the CLI's own command would then run under the id: it kills the token in every consumer and prints the new one.
 */
const tellUnclaimed: Hook.Prerun = async function ({Command, config}) {
  if (Command.id !== id && Command.plugin?.name !== plugin) return
  const owner = Command.id === id ? Command.plugin?.name : config.findCommand(id)?.pluginName
  if (owner === plugin || owner === undefined) return

  const happened = `On this CLI, ${id} is a command of ${owner}, and ${plugin} could not take its place.`
  const instead = `heroku ${id}:run is the command of ${plugin}, on every CLI.`
  if (Command.id !== id) {
    this.warn(`${happened}\n${instead}`)
  } else if (Command.plugin?.type === 'core') {
    const own = `Its own command makes the old token invalid at once and prints the new one. If you want that, heroku plugins:uninstall ${plugin} first.`
    this.error(`${happened}\n${own}\nNothing was changed.\n${instead}`, {code: 'ROTATE_NOT_CLAIMED', exit: 2})
  }
}

export default tellUnclaimed
