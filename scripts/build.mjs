/*
 * Writes dist/: a file for each command and for the hook; what commands share, packages included, is in dist/chunks.
 * The pack needs no other package then, so that what was tested is what runs (docs/explain/decisions/0009-one-pack.md).
 *
 *     node scripts/build.mjs [FOLDER]     into another folder than dist
 */
import {build} from 'esbuild'
import {cpSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = resolve(root, process.argv[2] ?? 'dist')
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

const shared = {absWorkingDir: root, bundle: true, format: 'esm', metafile: true, outbase: 'src', outdir: dist, platform: 'node', target: 'node20'}

/** Each with its folder, name, version and license. */
function packagesIn({inputs}) {
  const folders = new Set(Object.keys(inputs).flatMap(path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []))
  return [...folders].sort().map(folder => ({folder, ...JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))}))
}

/** Their licenses ask to be told wherever their text is. */
function licensesOf(bundled) {
  const told = bundled.map(({folder, license, name, version}) => {
    const file = readdirSync(join(root, folder)).find(each => /^licen[cs]e/i.test(each))
    const text = file === undefined ? `License: ${license}` : readFileSync(join(root, folder, file), 'utf8').trim()
    return `${name} ${version}\n\n${text}\n`
  })
  return told.join(`\n${'-'.repeat(80)}\n\n`)
}

/** CycloneDX, without a time or a number of its own: two builds have the same bytes. */
function billOfMaterials(bundled) {
  const {license, name, version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const purl = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`
  const component = (type, {license, name, version}) => ({'bom-ref': purl(name, version), licenses: [licensed(license)], name, purl: purl(name, version), type, version})
  const components = new Map(bundled.map(each => [purl(each.name, each.version), component('library', each)]))
  const metadata = {component: component('application', {license, name, version})}
  return `${JSON.stringify({bomFormat: 'CycloneDX', components: [...components.values()], metadata, specVersion: '1.5', version: 1})}\n`
}

function licensed(license) {
  if (typeof license !== 'string') throw new Error(`a package without a license: ${JSON.stringify(license)}`)
  return /\s/.test(license) ? {expression: license} : {license: {id: license}}
}

rmSync(dist, {force: true, recursive: true})
// Made from dist by tests.
if (process.argv[2] === undefined) rmSync(join(root, 'tmp/plugin'), {force: true, recursive: true})
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
// Its named export and its default cannot be taken apart, and one of them in one file brings messages in 65 languages.
const whole = Object.values(metafile.outputs).some(({inputs}) => inputs['node_modules/zod/v4/locales/de.js']?.bytesInOutput > 0)
if (whole) throw new Error("all of zod is in the pack: it is imported as import * as z from 'zod'")
// Every heroku command loads the hook: nothing stands before it.
const hook = await build({...shared, entryPoints: ['src/hooks/**/*.ts']})
cpSync(join(packages, '@heroku-cli/notifications/assets'), join(dist, 'assets'), {recursive: true})
const bundled = packagesIn({inputs: {...metafile.inputs, ...hook.metafile.inputs}})
writeFileSync(join(dist, 'third-party-licenses.txt'), licensesOf(bundled))
writeFileSync(join(dist, 'sbom.cdx.json'), billOfMaterials(bundled))
