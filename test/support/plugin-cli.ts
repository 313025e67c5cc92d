import {buildSync} from 'esbuild'
import {execFileSync} from 'node:child_process'
import {existsSync, readdirSync, renameSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {type CliOptions, openTerminal, type Ran, runCli, type Running, spawnCli, type Terminal} from './cli-process.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const dist = join(root, 'dist')
/** Removed by `npm run build`, so that it never is older than what it was made from. */
const bundle = join(root, 'tmp/plugin/cli.cjs')
const cachedStart = join(root, 'test/support/cached-start.cjs')

/** Runs the built plugin (dist/) alone, without the rest of the heroku CLI: the same commands, a faster start. */
export const runPlugin = (args: readonly string[], options: CliOptions): Promise<Ran> =>
  runCli([launcher(), ...args], options)

export const spawnPlugin = (args: readonly string[], options: Omit<CliOptions, 'tty'>): Running =>
  spawnCli([launcher(), ...args], options)

export const pluginTerminal = (args: readonly string[], options: Omit<CliOptions, 'input' | 'tty'>): Promise<Terminal> =>
  openTerminal([launcher(), ...args], options)

/**
 * The plugin and oclif as one file, with what the compiler made of it: finding, reading and compiling modules is most of
 * a start, and the matrices start thousands of processes.
 */
function launcher(): string {
  if (!existsSync(bundle)) makeBundle()
  return cachedStart
}

function makeBundle(): void {
  const mine = `${bundle}.${process.pid}`
  buildSync({
    banner: {js: 'const pluginUrl = require("node:url").pathToFileURL(__filename).href;'},
    bundle: true,
    define: {'import.meta.url': 'pluginUrl'},
    external: ['typescript'],
    format: 'cjs',
    logLevel: 'error',
    outfile: mine,
    platform: 'node',
    stdin: {contents: entry(), resolveDir: root},
    target: 'node20',
  })
  execFileSync(process.execPath, [cachedStart, mine], {env: {HOME: dirname(bundle)}, stdio: 'ignore'})
  renameSync(`${mine}.cache`, `${bundle}.cache`)
  renameSync(mine, bundle)
}

/** As a root plugin it would keep its data under its own name; commands are loaded from the bundle. */
function entry(): string {
  const commands = 'commands/authorizations/rotate'
  const files = readdirSync(join(dist, commands)).filter(file => file.endsWith('.js'))
  return `
    import {Config, flush, handle, run} from '@oclif/core'
    import pjson from './package.json'
    ${files.map((file, index) => `import c${index} from './dist/${commands}/${file}'`).join('\n')}
    const commands = {${files.map((file, index) => `'${idOf(file)}': c${index}`).join(', ')}}
    async function main() {
      const config = await Config.load({pjson: {...pjson, oclif: {...pjson.oclif, dirname: 'heroku'}}, root: ${JSON.stringify(root)}})
      for (const [id, command] of Object.entries(commands)) {
        command.id = id
        config.findCommand(id, {must: true}).load = async () => command
      }
      await run(process.argv.slice(2), config)
      await flush()
    }
    main().catch(handle)
  `
}

const idOf = (file: string) => ['authorizations:rotate', file.replace('.js', '')].filter(part => part !== 'index').join(':')
