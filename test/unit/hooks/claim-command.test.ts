import {Command, Config, type Interfaces, Plugin} from '@oclif/core'
import {expect} from 'chai'

import claimCommand from '../../../src/hooks/claim-command.js'

const id = 'authorizations:rotate'
const ourName = 'heroku-authorizations-rotate'

type Loadable = Command.Loadable & Record<string, unknown>

function loadable(commandId: string, pluginName: string, more: Partial<Loadable> = {}): Loadable {
  return {
    aliases: [],
    args: {},
    flags: {},
    hidden: false,
    hiddenAliases: [],
    id: commandId,
    load: async () => Object.assign(class extends Command {
      async run() {}
    }, {id: `${commandId} of ${pluginName}`}),
    pluginAlias: pluginName,
    pluginName,
    pluginType: pluginName === 'heroku' ? 'core' : 'user',
    strict: true,
    ...more,
  }
}

const core = () => [
  loadable('authorizations', 'heroku'),
  loadable('authorizations:create', 'heroku'),
  loadable(id, 'heroku', {
    args: {id: {name: 'id', required: true}},
    description: 'updates an OAuth authorization token',
    isESM: true,
    onlyInCore: true,
    relativePath: ['dist', 'commands', 'authorizations', 'rotate.js'],
  }),
  loadable('authorizations:update', 'heroku'),
]

const ours = (more: Partial<Loadable> = {}) => [
  loadable(id, ourName, {
    description: 'replace an OAuth authorization',
    enableJsonFlag: true,
    isESM: true,
    relativePath: ['dist', 'commands', 'authorizations', 'rotate', 'index.js'],
    ...more,
  }),
  loadable(`${id}:check`, ourName),
]

function plugin(name: string, commands: Command.Loadable[]): Plugin {
  const instance = new Plugin({name, root: '/nowhere'})
  return Object.assign(instance, {
    commands,
    hooks: {},
    name,
    pjson: {name, oclif: {}, version: '1.0.0'},
    type: name === 'heroku' ? 'core' : 'user',
    version: '1.0.0',
  })
}

/** oclif's own command table over made-up plugins, as `Config.load` and every `Command.run` build it. */
async function configOf(...plugins: Plugin[]) {
  const config = new Config({plugins: new Map(plugins.map(each => [each.name, each])), root: '/nowhere'})
  await config.load()
  return config
}

async function claim(config: Config) {
  const context: Interfaces.Hook.Context = {
    config,
    debug() {},
    error(message: Error | string): never {
      throw message
    },
    exit(): never {
      throw new Error('exit')
    },
    log() {},
    warn() {},
  }
  await claimCommand.call(context, {argv: [], config, context, id: undefined})
}

const loadedId = async (command: Command.Loadable | undefined) => (await command?.load())?.id

describe('the claim-command hook', function () {
  it('starts from an oclif that prefers core', async function () {
    const config = await configOf(plugin('heroku', core()), plugin(ourName, ours()))
    expect(config.findCommand(id)?.pluginName).to.equal('heroku')
  })

  it('makes the id answer with the plugin', async function () {
    const config = await configOf(plugin('heroku', core()), plugin(ourName, ours()))
    await claim(config)
    const command = config.findCommand(id)
    expect(command).to.include({description: 'replace an OAuth authorization', pluginName: ourName, pluginType: 'user'})
    expect(await loadedId(command)).to.equal(`${id} of ${ourName}`)
  })

  it('claims where config.plugins is an array, as in oclif 2 (heroku 8 to 10)', async function () {
    const config = await configOf(plugin('heroku', core()), plugin(ourName, ours()))
    Reflect.set(config, 'plugins', config.getPluginsList())
    expect(config.plugins).to.be.an('array')
    await claim(config)
    expect(config.findCommand(id)).to.include({pluginName: ourName, pluginType: 'user'})
    expect(await loadedId(config.findCommand(id))).to.equal(`${id} of ${ourName}`)
    const listed = config.getPluginsList().flatMap(({commands}) => commands).filter(command => command.id === id)
    expect(listed.map(({pluginName}) => pluginName)).to.deep.equal([ourName])
  })

  it('leaves no field of core\'s command behind', async function () {
    const config = await configOf(plugin('heroku', core()), plugin(ourName, ours()))
    await claim(config)
    expect({...config.findCommand(id), load: undefined}).to.deep.equal({...ours()[0], load: undefined})
  })

  it('changes the object that oclif already handed out', async function () {
    const config = await configOf(plugin('heroku', core()), plugin(ourName, ours()))
    const handedOut = config.findCommand(id)
    await claim(config)
    expect(handedOut?.pluginName).to.equal(ourName)
    expect(config.findCommand(id)).to.equal(handedOut)
  })

  it('calls load on the plugin\'s own loadable', async function () {
    const Loaded = class extends Command {
      async run() {}
    }
    const own = loadable(id, ourName, {
      async load() {
        return this === own ? Loaded : Command
      },
    })
    const config = await configOf(plugin('heroku', core()), plugin(ourName, [own]))
    await claim(config)
    expect(await config.findCommand(id)?.load()).to.equal(Loaded)
  })

  it('survives the table that every Command.run builds anew', async function () {
    const config = await configOf(plugin('heroku', core()), plugin(ourName, ours()))
    await claim(config)
    const rebuilt = await Config.load(config)
    expect(rebuilt).not.to.equal(config)
    expect(rebuilt.findCommand(id)?.pluginName).to.equal(ourName)
    expect(await loadedId(rebuilt.findCommand(id))).to.equal(`${id} of ${ourName}`)
  })

  it('lists the id once among all plugins\' commands', async function () {
    const config = await configOf(plugin('heroku', core()), plugin(ourName, ours()))
    await claim(config)
    const listed = config.getPluginsList().flatMap(({commands}) => commands).filter(command => command.id === id)
    expect(listed.map(({pluginName}) => pluginName)).to.deep.equal([ourName])
  })

  it('claims for a linked plugin, wherever core stands in the list', async function () {
    const linked = plugin(ourName, ours({pluginType: 'link'}))
    const config = await configOf(linked, plugin('heroku', core()))
    await claim(config)
    expect(config.findCommand(id)).to.include({pluginName: ourName, pluginType: 'link'})
  })

  it('does the same when it runs twice', async function () {
    const config = await configOf(plugin('heroku', core()), plugin(ourName, ours()))
    await claim(config)
    const once = {...config.findCommand(id)}
    await claim(config)
    expect({...config.findCommand(id)}).to.deep.equal(once)
  })

  describe('law: every other command stays as it is', function () {
    const cases: Record<string, () => Plugin[]> = {
      'core and the plugin': () => [plugin('heroku', core()), plugin(ourName, ours())],
      'the plugin before core': () => [plugin(ourName, ours()), plugin('heroku', core())],
      'other plugins between': () => [
        plugin('heroku', core()),
        plugin('aaa', [loadable('authorizations:rotate-all', 'aaa'), loadable('aaa', 'aaa')]),
        plugin(ourName, ours()),
        plugin('zzz', [loadable('zzz', 'zzz', {aliases: ['authorizations:refresh']})]),
      ],
    }

    for (const [name, plugins] of Object.entries(cases)) {
      it(`with ${name}`, async function () {
        const config = await configOf(...plugins())
        const others = () => [...config.commands, ...config.getPluginsList().flatMap(({commands}) => commands)]
          .filter(command => command.id !== id)
        const before = others()
        const copies = before.map(command => structuredClone({...command, load: undefined}))
        const loads = before.map(({load}) => load)

        await claim(config)

        const after = others()
        expect(after).to.have.length(before.length)
        for (const [index, command] of after.entries()) {
          expect(command).to.equal(before[index])
          expect({...command, load: undefined}).to.deep.equal(copies[index])
          expect(command.load).to.equal(loads[index])
        }
      })
    }
  })

  describe('does nothing', function () {
    const untouched = async (...plugins: Plugin[]) => {
      const config = await configOf(...plugins)
      const state = () => ({
        listed: config.getPluginsList().map(({commands}) => commands.map(command => ({...command}))),
        table: config.commands.map(command => ({...command})),
      })
      const before = state()
      await claim(config)
      expect(state()).to.deep.equal(before)
    }

    it('when core no longer has the command', () =>
      untouched(plugin('heroku', core().filter(command => command.id !== id)), plugin(ourName, ours())))

    it('when the plugin has no such command', () =>
      untouched(plugin('heroku', core()), plugin(ourName, ours().slice(1))))

    it('when the plugin is not there', () => untouched(plugin('heroku', core())))

    it('when nobody has the command', () => untouched(plugin('heroku', [])))

    it('when another installed plugin, not core, has it first', () =>
      untouched(plugin('heroku', []), plugin('aaa', [loadable(id, 'aaa')]), plugin(ourName, ours())))

    it('when the plugin itself is core', () => untouched(plugin(ourName, ours({pluginType: 'core'}))))
  })
})
