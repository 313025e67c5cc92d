import {expect} from 'chai'
import {execa} from 'execa'
import {mkdtempSync, rmSync} from 'node:fs'
import {cp, mkdir, readdir, readFile, symlink} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {z} from 'zod'

import {isWhole} from '../matrix/whole.js'
import {createHome, environmentOfNpm, projectRoot, runHeroku} from '../support/heroku-cli.js'

const plugin = 'heroku-authorizations-rotate'

const packed = z.object({files: z.array(z.object({path: z.string()}))})
const pjsonSchema = z.object({oclif: z.object({hooks: z.record(z.string(), z.union([z.string(), z.array(z.string())]))})})
const manifestSchema = z.object({commands: z.record(z.string(), z.object({relativePath: z.array(z.string())})), version: z.string()})

/** Chunks are called by their content: whether they are all there, the pack's own test tells. */
const named = (files: readonly string[]) => files.filter(path => !path.startsWith('dist/chunks/')).toSorted()

async function expectedFiles(): Promise<string[]> {
  const {oclif} = pjsonSchema.parse(JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')))
  const {commands} = manifestSchema.parse(JSON.parse(await readFile(join(projectRoot, 'oclif.manifest.json'), 'utf8')))
  return [
    ...Object.values(commands).map(({relativePath}) => relativePath.join('/')),
    ...Object.values(oclif.hooks).flat().map(path => path.replace('./', '')),
    'LICENSE', 'README.md', 'dist/assets/heroku.png', 'dist/sbom.cdx.json', 'dist/third-party-licenses.txt', 'json.schema.json', 'oclif.manifest.json', 'package.json', 'rotation-file.schema.json',
  ].toSorted()
}

describe('what is packed', function () {
  this.timeout(60_000)

  it('is each command and hook that oclif is told of, their chunks, licenses, schema and README, and nothing else', async function () {
    const {stdout} = await execa('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], {cwd: projectRoot})
    const files = z.tuple([packed]).parse(JSON.parse(stdout))[0].files.map(({path}) => path)
    expect(named(files)).to.deep.equal(await expectedFiles())
    expect(files.filter(path => path.startsWith('dist/chunks/')).length).to.be.greaterThan(10)
  })

  it('has a command for each file of src/commands', async function () {
    const {commands} = manifestSchema.parse(JSON.parse(await readFile(join(projectRoot, 'oclif.manifest.json'), 'utf8')))
    const sources = await readdir(join(projectRoot, 'src/commands'), {recursive: true})
    const built = sources.filter(path => path.endsWith('.ts')).map(path => `dist/commands/${path.replace(/\.ts$/, '.js')}`)
    expect(Object.values(commands).map(({relativePath}) => relativePath.join('/'))).to.have.members(built)
  })

  it('is of the version that the manifest says: oclif would warn before each command', async function () {
    const {version} = z.object({version: z.string()}).parse(JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')))
    expect(manifestSchema.parse(JSON.parse(await readFile(join(projectRoot, 'oclif.manifest.json'), 'utf8'))).version).to.equal(version)
  })
})

// Minutes, for a second npm ci: in npm run test:all.
if (isWhole) {
  describe('a clean clone', function () {
    this.timeout(400_000)

    let clone: string
    let work: string

    before('has the files that git knows, as they are here, and no dist/', async function () {
      work = mkdtempSync(join(tmpdir(), 'clean-clone-'))
      clone = join(work, 'clone')
      const {stdout} = await execa('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {cwd: projectRoot})
      for (const file of stdout.split('\0').filter(Boolean)) {
        await mkdir(dirname(join(clone, file)), {recursive: true})
        await cp(join(projectRoot, file), join(clone, file))
      }

      for (const args of [['init', '--quiet'], ['add', '--all'], ['-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '--message', 'all']]) {
        await execa('git', args, {cwd: clone})
      }

      await execa('git', ['clone', '--quiet', '--bare', clone, join(work, `${plugin}.git`)])
    })

    after(() => rmSync(work, {force: true, recursive: true}))

    it('is installed by heroku plugins:install from a git address, with everything built', async function () {
      const home = await createHome(null)
      const address = `git+file://${join(work, `${plugin}.git`)}`
      const {exitCode, stderr} = await runHeroku(['plugins:install', address], {env: await environmentOfNpm(), home, timeout: 380_000})
      expect(exitCode, stderr).to.equal(0)
      expect(stderr).to.not.include('may not work as expected')
      const folder = join(home, '.local/share/heroku/node_modules', plugin)
      const files = (await readdir(folder, {recursive: true, withFileTypes: true})).filter(each => each.isFile())
        .map(each => join(each.parentPath, each.name).slice(folder.length + 1))
      expect(named(files)).to.deep.equal(await expectedFiles())
      expect((await runHeroku(['which', 'authorizations:rotate'], {home})).stdout).to.include(`plugin: ${plugin}`)
    })

    it('is published as a whole', async function () {
      await symlink(join(projectRoot, 'node_modules'), join(clone, 'node_modules'))
      const {stdout} = await execa('npm', ['publish', '--dry-run', '--json', '--loglevel=error'], {cwd: clone})
      const published = z.record(z.string(), packed).or(packed).parse(JSON.parse(stdout.slice(stdout.indexOf('{'))))
      const {files} = packed.parse('files' in published ? published : published[plugin])
      expect(named(files.map(({path}) => path))).to.deep.equal(await expectedFiles())
    })
  })
}
