import type {Hook} from '@oclif/core'

const plugin = 'heroku-authorizations-rotate'
const id = 'authorizations:rotate'

/**
 * Takes `authorizations:rotate` back from core, which oclif prefers over any installed plugin. Core's loadable is changed in
 * place, because the command table is private and every `Command.run` builds a new one; core's list loses the command, so that
 * autocomplete meets the id once. Every heroku command runs this hook first, so the hook imports nothing.
 */
const claimCommand: Hook.Init = async function ({config}) {
  // oclif 2 (heroku 8 to 10) has an array here, later ones have a map: both have values().
  const plugins = [...config.plugins.values()]
  const ours = plugins.find(({name}) => name === plugin)?.commands.find(command => command.id === id)
  const taken = config.findCommand(id)
  if (!ours || taken?.pluginType !== 'core' || taken.pluginName === plugin) return

  for (const {commands} of plugins) {
    const index = commands.indexOf(taken)
    if (index !== -1) commands.splice(index, 1)
  }

  for (const field of Object.keys(taken)) Reflect.deleteProperty(taken, field)
  Object.assign(taken, ours, {load: () => ours.load()})
}

export default claimCommand
