import {expect} from 'chai'
import {cp, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {sampled} from '../matrix/whole.js'
import {createHome, installPlugin, projectRoot, runHeroku} from '../support/heroku-cli.js'
import {cliPackage} from '../support/installed-cli.js'
import {exists, onlyOnce} from '../support/only-once.js'

const id = 'authorizations:rotate'
const plugin = 'heroku-authorizations-rotate'

const helps = [['authorizations:create', '--help'], ['help', 'authorizations:revoke']] as const
const list = ['commands', '--json'] as const
const topic = ['authorizations', '--help'] as const
const compared = [...helps, list, topic]
const completions = '.cache/heroku/autocomplete'

const fileOf = (args: readonly string[]) => args.join(' ').replaceAll(':', ' ')

type Manifest = {commands: Record<string, {aliases: string[]; flags: Record<string, {hidden?: boolean}>}>}

/** `heroku authorizations --help` without what it says about this command and its topic. */
const withoutOurs = (help: string) => help
  .replace(/\nTOPICS\n(?: {2}.*\n)+/, '')
  .replaceAll(/^ {2}authorizations:rotate\b.*\n(?: {8,}.*\n)*/gm, '')

describe('claiming authorizations:rotate', function () {
  this.timeout(180_000)

  let withPlugin: string
  /** Writes what the CLI without the plugin says, which is the same for each version of it: once. */
  const withoutPlugin = join(cliPackage, '../../without-plugin')
  let manifest: Manifest

  before('installs the packed plugin', async function () {
    this.timeout(240_000)
    withPlugin = await createHome(await installPlugin())
    manifest = JSON.parse(await readFile(join(projectRoot, 'oclif.manifest.json'), 'utf8'))
  })

  async function heroku(home: string, ...args: string[]) {
    const {exitCode, stderr, stdout} = await runHeroku(args, {home})
    expect(exitCode, stderr).to.equal(0)
    return stdout
  }

  async function saysWithout(...args: string[]) {
    await onlyOnce(withoutPlugin, async partial => {
      const home = await createHome(null)
      for (const each of compared) await writeFile(join(partial, fileOf(each)), await heroku(home, ...each))
      await heroku(home, 'autocomplete:create')
      await cp(join(home, completions), join(partial, completions), {recursive: true})
    })
    return readFile(join(withoutPlugin, fileOf(args)), 'utf8')
  }

  it('is listed once, with the plugin, beside unchanged commands', async function () {
    const [theirs, ours] = (await Promise.all([saysWithout(...list), heroku(withPlugin, ...list)])).map(text => {
      const commands: {id: string; pluginName: string}[] = JSON.parse(text)
      return commands
    })
    expect(theirs?.filter(command => command.id === id)).to.have.length(1).and.have.nested.property('[0].pluginName', 'heroku')
    expect(ours?.filter(command => command.id === id)).to.have.length(1).and.have.nested.property('[0].pluginName', plugin)
    expect(ours?.filter(command => command.pluginName === plugin).map(command => command.id))
      .to.have.members(Object.entries(manifest.commands).flatMap(([own, {aliases}]) => [own, ...aliases]))
    expect(ours?.filter(command => command.pluginName !== plugin)).to.deep.equal(theirs?.filter(command => command.id !== id))
  })

  it('leaves the help of other authorizations commands as it is', async function () {
    for (const args of sampled(1, helps)) {
      const [theirs, ours] = await Promise.all([saysWithout(...args), heroku(withPlugin, ...args)])
      expect(ours).to.equal(theirs)
    }
  })

  it('changes only its own lines in the help of the topic', async function () {
    const [theirs, ours] = await Promise.all([saysWithout(...topic), heroku(withPlugin, ...topic)])
    expect(ours).to.include(`  ${id}`).and.not.include('updates an OAuth authorization token')
    expect(withoutOurs(ours)).to.equal(withoutOurs(theirs))
  })

  describe('in the completion files', function () {
    const files = ['commands', 'commands_setters'] as const
    let ours: Record<typeof files[number], string>
    let theirs: typeof ours

    before('creates them', async function () {
      await saysWithout(...topic)
      await heroku(withPlugin, 'autocomplete:create');
      [theirs, ours] = await Promise.all([filesIn(withoutPlugin), filesIn(withPlugin)])
    })

    async function filesIn(folder: string) {
      const [commands, setters] = await Promise.all(files.map(file => readFile(join(folder, completions, file), 'utf8')))
      return {commands: commands ?? '', commands_setters: setters ?? ''}
    }

    const visibleFlags = (command: string) => Object.entries(manifest.commands[command]?.flags ?? {})
      .flatMap(([name, flag]) => flag.hidden ? [] : [`--${name}`])

    it('completes the plugin\'s flags in bash, once', function () {
      const lines = ours.commands.split('\n').filter(line => line.startsWith(`${id} `))
      expect(lines).to.deep.equal([[id, ...visibleFlags(id)].join(' ')])
    })

    it('completes the plugin\'s flags in zsh, once', function () {
      const [body, ...more] = [...ours.commands_setters.matchAll(/^_set_authorizations_rotate_flags \(\) {\n_flags=\(\n([\S\s]*?)\n\)\n}$/gm)]
        .map(([, flags]) => flags?.split('\n'))
      expect(more).to.deep.equal([])
      expect(body?.map(line => /^"(--[\w-]+)/.exec(line)?.[1])).to.deep.equal(visibleFlags(id))
      expect(ours.commands_setters.match(/^"authorizations\\:rotate":/gm)).to.have.length(1)
    })

    it('writes nothing for zsh that a quote, bracket or dollar of ours would break', function () {
      const added = ours.commands_setters.split('\n').filter(line => !theirs.commands_setters.includes(line))
      const wellFormed = [
        /^"authorizations\\:rotate[\w\\:-]*":"[^"$[\\\]`]*"$/,
        /^"--[\w-]+(?:=-)?\[[^"$[\\\]`]*\](?:: :_\w+)?"$/,
        /^_set_authorizations_rotate\w*_flags \(\) {$/,
        /^# no flags for [\w:]+$/,
      ]
      expect(added.length).to.be.greaterThan(5)
      expect(added.filter(line => !wellFormed.some(form => form.test(line)))).to.deep.equal([])
    })

    it('leaves every other command\'s line as it is', function () {
      // sorted: oclif loads core's own plugins at once and lists them as they come
      const others = (text: string) => text.split('\n').filter(line => !line.startsWith(id)).toSorted()
      expect(others(ours.commands)).to.deep.equal(others(theirs.commands))
    })
  })

  it('prints the plugin\'s help, also of a linked one, and gives the id back when that is uninstalled', async function () {
    const flagHelp = await heroku(withPlugin, id, '--help')
    expect(flagHelp).to.include('--dry-run').and.not.include('updates an OAuth authorization token')
    const home = await createHome(null)
    await heroku(home, 'plugins:link', '--no-install', projectRoot)
    expect(await heroku(home, 'help', id)).to.equal(flagHelp)
    await heroku(home, 'plugins:uninstall', plugin)
    expect(await heroku(home, 'which', id)).to.match(/plugin: heroku$/m)
    const {dataDir} = await installPlugin()
    expect(await exists(join(dataDir, 'node_modules', plugin, 'package.json')), 'the installed one').to.equal(true)
  })
})
