/*
 * tsx test/support/plugin-bundle.ts
 *
 * Makes tmp/plugin/, unless it is there: the built plugin and oclif as one file, with what the compiler made of it while
 * a token was rotated. Finding, reading and compiling modules is most of a start, and the tests start a thousand processes.
 */
import {build} from 'esbuild'
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {startSandbox, tokenOf} from '../sandbox/sandbox.js'
import {runCli} from './cli-process.js'
import {onlyOnce} from './only-once.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const preload = fileURLToPath(new URL('../matrix/preload.mjs', import.meta.url))
const token = 'example-token'

await onlyOnce(join(root, 'tmp/plugin'), async folder => {
  const {outputFiles: [built]} = await build({
    banner: {js: 'const pluginUrl = require("node:url").pathToFileURL(__filename).href;'},
    bundle: true,
    charset: 'ascii',
    define: {'import.meta.url': 'pluginUrl'},
    external: ['typescript'],
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'error',
    minifySyntax: true,
    minifyWhitespace: true,
    platform: 'node',
    stdin: {contents: entry(), resolveDir: root},
    target: 'node20',
    write: false,
  })
  // A file of one byte a character is read several times faster; esbuild leaves regular expressions as they are.
  const escaped = built?.text.replaceAll(/[^\0-\u007F]/g, character => String.raw`\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`)
  writeFileSync(join(folder, 'cli.cjs'), escaped ?? '')
  await rotateOnce(folder)
})

/** As a root plugin it would keep its data under its own name; commands are loaded from the bundle. */
function entry(): string {
  const commands = 'commands/authorizations/rotate'
  const files = readdirSync(join(root, 'dist', commands)).filter(file => file.endsWith('.js'))
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
    module.exports.done = main().catch(handle)
  `
}

function idOf(file: string): string {
  return ['authorizations:rotate', file.replace('.js', '')].filter(part => part !== 'index').join(':')
}

/** The compiled form that is kept has every function that this calls. */
async function rotateOnce(folder: string): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'plugin-bundle-'))
  const sandbox = await startSandbox({
    apps: [{config: {HEROKU_API_KEY: tokenOf(token)}, dynos: {web: 1}, name: 'example-app', releasePhaseMs: 300, restartMs: 200, sigtermMs: 200}],
    authorizations: [{description: token}],
  })
  try {
    const {exitCode, stderr, stdout} = await runCli([
      fileURLToPath(new URL('cached-start.cjs', import.meta.url)),
      'authorizations:rotate', '--description', token, '--app', 'example-app', '--drain', '1', '--confirm', token,
    ], {
      env: {
        HEROKU_API_KEY: sandbox.sessionToken,
        HEROKU_HOST: sandbox.url,
        HEROKU_PARTICLEBOARD_URL: sandbox.particleboardUrl,
        MATRIX_CLOCK: `${Date.now()},10`,
        NODE_OPTIONS: `--import=${preload}`,
        PLUGIN_BUNDLE: folder,
      },
      home,
    })
    if (exitCode !== 0) throw new Error(`the bundle does not rotate:\n${stdout}${stderr}`)
  } finally {
    await sandbox.close()
    rmSync(home, {force: true, recursive: true})
  }
}
