import {expect} from 'chai'
import {execa} from 'execa'
import {createHash} from 'node:crypto'
import {cp, readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {z} from 'zod'

import {tempRoot} from '../support/temp-root.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

const licenseSchema = z.union([z.strictObject({expression: z.string()}), z.strictObject({license: z.strictObject({id: z.string()})})])
const componentSchema = z.strictObject({
  'bom-ref': z.string(), licenses: z.array(licenseSchema).length(1), name: z.string(), purl: z.string(), type: z.enum(['application', 'library']), version: z.string(),
})
const bomSchema = z.strictObject({
  bomFormat: z.literal('CycloneDX'), components: z.array(componentSchema), metadata: z.strictObject({component: componentSchema}), specVersion: z.literal('1.5'), version: z.literal(1),
})
const packageSchema = z.looseObject({dependencies: z.unknown().optional(), license: z.string(), name: z.string(), scripts: z.record(z.string(), z.string()).optional(), version: z.string()})

const packageIn = async (folder: string) => packageSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')))
const billIn = async (dist: string) => bomSchema.parse(JSON.parse(await readFile(join(dist, 'sbom.cdx.json'), 'utf8')))

describe('what is shipped', function () {
  this.timeout(120_000)

  const temporary = tempRoot()

  /** A clean build and its pack. */
  async function packed(name: string): Promise<{hash: string; hashes: Record<string, string>}> {
    const folder = join(temporary(), name)
    for (const file of ['LICENSE', 'README.md', 'json.schema.json', 'oclif.manifest.json', 'package.json', 'rotation-file.schema.json']) await cp(join(root, file), join(folder, file))
    await execa(process.execPath, [join(root, 'scripts/build.mjs'), join(folder, 'dist')])
    const {stdout} = await execa('npm', ['pack', '--silent', '--ignore-scripts', '--offline'], {cwd: folder})
    const files = (await readdir(join(folder, 'dist'), {recursive: true, withFileTypes: true})).filter(entry => entry.isFile()).map(({name: file, parentPath}) => join(parentPath, file))
    const hashOf = async (path: string) => createHash('sha256').update(await readFile(path)).digest('hex')
    const hashes = await Promise.all(files.map(async path => [path.slice(folder.length + 1), await hashOf(path)] as const))
    return {hash: await hashOf(join(folder, stdout.trim())), hashes: Object.fromEntries(hashes)}
  }

  it('has the same bytes in the packs of two clean builds', async function () {
    const [one, two] = [await packed('one'), await packed('another/place')]
    expect(Object.keys(one.hashes)).to.include('dist/sbom.cdx.json')
    expect(two).to.deep.equal(one)
  })

  it('runs nothing when it is installed, and brings nothing', async function () {
    const {dependencies, scripts = {}} = await packageIn(root)
    // prepare and prepack build, from a git address and before packing; npm runs neither where it installs the pack.
    const ofInstall = new Set(['preinstall', 'install', 'postinstall', 'preprepare', 'postprepare', 'postpack', 'prepublish'])
    expect(Object.keys(scripts).filter(name => ofInstall.has(name))).to.deep.equal([])
    expect(dependencies).to.equal(undefined)
  })

  it('names every bundled package in its bill of materials, with the version and the license that were bundled', async function () {
    const {components, metadata} = await billIn(join(root, 'dist'))
    const text = await readFile(join(root, 'dist/third-party-licenses.txt'), 'utf8')
    const told = text.split(`\n${'-'.repeat(80)}\n\n`).map(each => each.split('\n')[0] ?? '')
    expect(components.map(({name, version}) => `${name} ${version}`)).to.have.members([...new Set(told)])
    expect(components.length).to.be.greaterThan(50)
    // What a comment of esbuild's says of the source of each module in the bundle.
    const scripts = (await readdir(join(root, 'dist'), {recursive: true})).filter(file => file.endsWith('.js'))
    const texts = await Promise.all(scripts.map(file => readFile(join(root, 'dist', file), 'utf8')))
    const sources = new Set(texts.flatMap(script => [...script.matchAll(/^\/\/ (?:.*\/)?node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)].map(([, name = '']) => name)))
    expect(sources.size).to.be.greaterThan(20)
    expect([...sources].filter(name => !components.some(component => component.name === name))).to.deep.equal([])
    const installed = await Promise.all(components.map(async component => {
      const own = await packageIn(join(root, 'node_modules', component.name)).catch(() => null)
      const license = component.licenses.map(each => ('expression' in each ? each.expression : each.license.id))
      // Of a package that is there in two versions, only one is in this folder.
      return own === null || own.version !== component.version || license[0] === own.license ? [] : [component.name]
    }))
    expect(installed.flat()).to.deep.equal([])
    const own = await packageIn(root)
    expect(metadata.component).to.deep.include({name: own.name, purl: `pkg:npm/${own.name}@${own.version}`, version: own.version})
    expect(components.map(({name, purl, version}) => purl === `pkg:npm/${name.replace('@', '%40')}@${version}`)).not.to.include(false)
  })
})
