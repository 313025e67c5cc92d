/*
 * Writes dist/: a file for each command and for the hook; what commands share, packages included, is in dist/chunks.
 * The pack needs no other package then, so that what was tested is what runs (docs/decisions/0009-one-pack.md).
 */
import {build} from 'esbuild'
import {cpSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = join(root, 'node_modules')

/** What packages written for `require` expect to find; the folder is that of the chunks. */
const banner = "import {createRequire as $createRequire} from 'node:module'; const require = $createRequire(import.meta.url)"

/** @heroku-cli/command reports failures of a keychain to its makers. What handles tokens tells nobody. */
const noTelemetry = {
  name: 'no telemetry',
  setup({onLoad}) {
    onLoad({filter: /@heroku-cli\/command\/lib\/credential-manager-core\/lib\/cli-command-telemetry\.js$/}, () => ({
      contents: 'export async function reportCredentialStoreError() {}',
    }))
  },
}

const shared = {absWorkingDir: root, bundle: true, format: 'esm', metafile: true, outbase: 'src', outdir: 'dist', platform: 'node', target: 'node20'}

/** Their licenses ask to be told wherever their text is. */
function licensesOf({inputs}) {
  const names = new Set(Object.keys(inputs).flatMap(path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []))
  const told = [...names].sort().map(folder => {
    const {license, name, version} = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    const file = readdirSync(join(root, folder)).find(each => /^licen[cs]e/i.test(each))
    const text = file === undefined ? `License: ${license}` : readFileSync(join(root, folder, file), 'utf8').trim()
    return `${name} ${version}\n\n${text}\n`
  })
  return told.join(`\n${'-'.repeat(80)}\n\n`)
}

for (const made of ['dist', 'tmp/plugin']) rmSync(join(root, made), {force: true, recursive: true})
const {metafile} = await build({
  ...shared,
  banner: {js: banner},
  chunkNames: 'chunks/[name]-[hash]',
  entryPoints: ['src/commands/**/*.ts'],
  external: ['typescript'], // oclif loads it to run plugins from their source
  inject: ['scripts/dirname.mjs'],
  logLevel: 'warning',
  plugins: [noTelemetry],
  splitting: true,
})
// Every heroku command loads the hook: nothing stands before it.
await build({...shared, entryPoints: ['src/hooks/**/*.ts']})
cpSync(join(packages, '@heroku-cli/notifications/assets'), join(root, 'dist/assets'), {recursive: true})
writeFileSync(join(root, 'dist/third-party-licenses.txt'), licensesOf(metafile))
