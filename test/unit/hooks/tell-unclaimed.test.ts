import {Command, Config, type Interfaces, Plugin} from '@oclif/core'
import {expect} from 'chai'

import tellUnclaimed from '../../../src/hooks/tell-unclaimed.js'

const id = 'authorizations:rotate'
const ourName = 'heroku-authorizations-rotate'

const pluginOf = (name: string, type: string) => Object.assign(new Plugin({name, root: '/nowhere'}), {name, type})

const loadable = (pluginName: string): Command.Loadable => ({
  aliases: [], args: {}, flags: {}, hidden: false, hiddenAliases: [], id, load: async () => Command, pluginName, pluginType: 'core',
})

/** The hook, before a command of `name` runs on a CLI where the id belongs to `owner`. */
async function told(commandId: string, {name, owner, type = 'user'}: {name: string; owner: null | string; type?: string}) {
  const said = {error: '', options: {}, warning: ''}
  const config = new Config({plugins: new Map(), root: '/nowhere'})
  config.findCommand = () => loadable(owner ?? '')
  if (owner === null) Reflect.set(config, 'findCommand', () => {})
  const context: Interfaces.Hook.Context = {
    config,
    debug() {},
    error(message: Error | string, options = {}): never {
      Object.assign(said, {error: String(message), options})
      throw new Error('refused')
    },
    exit(): never {
      throw new Error('exit')
    },
    log() {},
    warn(message) {
      said.warning = String(message)
    },
  }
  const Loaded = class extends Command {
    async run() {}
  }
  Object.assign(Loaded, {id: commandId, plugin: pluginOf(name, type)})
  await tellUnclaimed.call(context, {argv: [], Command: Loaded, config, context}).catch((error: unknown) => {
    if (!(error instanceof Error) || error.message !== 'refused') throw error
  })
  return said
}

const nothing = {error: '', options: {}, warning: ''}

describe('the tell-unclaimed hook', function () {
  it('refuses the CLI\'s own command before it runs, and names the one that works', async function () {
    const {error, options, warning} = await told(id, {name: 'heroku', owner: 'heroku', type: 'core'})
    expect(warning).to.equal('')
    // oclif goes on after an error that has no exit code
    expect(options).to.deep.equal({code: 'ROTATE_NOT_CLAIMED', exit: 2})
    expect(error).to.include('is a command of heroku').and.include('Nothing was changed.')
    expect(error).to.include('heroku authorizations:rotate:run').and.include(`heroku plugins:uninstall ${ourName}`)
  })

  it('warns before any command of the plugin, and lets it run', async function () {
    const {error, warning} = await told(`${id}:status`, {name: ourName, owner: 'heroku'})
    expect(error).to.equal('')
    expect(warning).to.include('is a command of heroku').and.include('heroku authorizations:rotate:run')
  })

  it('leaves another installed plugin its command, and warns before those of this one', async function () {
    expect(await told(id, {name: 'aaa', owner: 'aaa'})).to.deep.equal(nothing)
    expect((await told(`${id}:status`, {name: ourName, owner: 'aaa'})).warning).to.include('is a command of aaa')
  })

  it('says nothing where the id is claimed', async function () {
    expect(await told(id, {name: ourName, owner: ourName})).to.deep.equal(nothing)
    expect(await told(`${id}:status`, {name: ourName, owner: ourName})).to.deep.equal(nothing)
  })

  it('says nothing where nobody has the id', async function () {
    expect(await told(`${id}:status`, {name: ourName, owner: null})).to.deep.equal(nothing)
  })

  it('says nothing before other commands', async function () {
    expect(await told('apps', {name: 'heroku', owner: 'heroku', type: 'core'})).to.deep.equal(nothing)
    expect(await told('authorizations:create', {name: 'heroku', owner: 'heroku', type: 'core'})).to.deep.equal(nothing)
  })
})
