import {expect} from 'chai'
import {execa} from 'execa'
import {mkdir, mkdtemp, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {z} from 'zod'

const ofRepository = (path: string) => new URL(`../../../${path}`, import.meta.url)

const outputSchema = z.object({diagnostics: z.array(z.object({code: z.string().optional(), filename: z.string(), message: z.string()}))})

/** Makes the linter's configuration hold for projects that lie side by side in one folder, `0/src/…`, `1/src/…`. */
const configuration = `
import {join, relative, sep} from 'node:path'
import config from '${ofRepository('oxlint.config.js').href}'
const below = patterns => patterns?.map(pattern => pattern.startsWith('**') ? pattern : '*/' + pattern)
export default {
  ...config,
  jsPlugins: config.jsPlugins.map(plugin => plugin.name === 'house' ? {...plugin, specifier: './house.js'} : plugin),
  overrides: config.overrides.map(({excludeFiles, files, ...rest}) =>
    ({...rest, files: below(files), ...(excludeFiles ? {excludeFiles: below(excludeFiles)} : {})})),
}
`
const houseOf = (root: string) => `
import {relative, sep} from 'node:path'
import {houseRules} from '${ofRepository('scripts/house-rules.js').href}'
export default houseRules(path => relative(${JSON.stringify(root)}, path).split(sep).slice(1).join('/'))
`

describe('the linter', function () {
  this.timeout(60_000)

  let root = ''
  const projects: Array<Record<string, string>> = []
  const broken = new Map<number, string[]>()

  before('lints every project of this file in one run', async function () {
    root = await realpath(await mkdtemp(join(tmpdir(), 'linted-')))
    await symlink(fileURLToPath(ofRepository('node_modules')), join(root, 'node_modules'), 'junction')
    await writeFile(join(root, 'oxlint.config.js'), configuration)
    await writeFile(join(root, 'house.js'), houseOf(root))
    await writeFile(join(root, 'package.json'), JSON.stringify({engines: {node: '>=20'}, type: 'module'}))
    await writeFile(join(root, 'tsconfig.json'), JSON.stringify({compilerOptions: {lib: ['ES2023'], strict: true, types: []}}))
    for (const [index, files] of projects.entries()) {
      for (const [name, code] of Object.entries(files)) {
        const file = join(root, String(index), name)
        await mkdir(dirname(file), {recursive: true})
        await writeFile(file, code)
      }
    }

    const bin = fileURLToPath(ofRepository('node_modules/oxlint/bin/oxlint'))
    const {stdout} = await execa(process.execPath, [bin, '--config', 'oxlint.config.js', '--format', 'json', '.'], {cwd: root, reject: false})
    for (const {code, filename, message} of outputSchema.parse(JSON.parse(stdout)).diagnostics) {
      const index = Number(filename.split(/[\\/]/)[0])
      const rule = code?.replace(/^(?<plugin>[^(]+)\((?<name>.+)\)$/, '$<plugin>/$<name>').replace(/^eslint\//, '')
      broken.set(index, [...(broken.get(index) ?? []), rule ?? message])
    }
  })

  after('removes the projects', async function () {
    await rm(root, {force: true, recursive: true})
  })

  /** Adds a project to the run; the function gives what the linter says of it. */
  function said(files: Record<string, string>): () => string[] {
    const index = projects.push(files) - 1
    return () => broken.get(index) ?? []
  }

  function refuses(rule: string, filePath: string, code: string) {
    const found = said({[filePath]: code})
    it(`refuses in ${filePath}: ${code}`, function () {
      expect(found()).to.include(rule)
    })
  }

  function allows(rule: string, filePath: string, code: string) {
    const found = said({[filePath]: code})
    it(`allows in ${filePath}: ${code}`, function () {
      expect(found()).not.to.include(rule)
    })
  }

  describe('about types', function () {
    const assertions = 'typescript/consistent-type-assertions'
    refuses('typescript/no-explicit-any', 'src/lib/x.ts', 'export const a: any = 1')
    refuses('typescript/no-explicit-any', 'test/unit/x.test.ts', 'export const a: any = 1')
    refuses('typescript/no-non-null-assertion', 'src/lib/x.ts', 'export const f = (a?: string) => a!.length')
    refuses(assertions, 'src/lib/x.ts', 'export const f = (a: unknown) => a as string')
    refuses(assertions, 'src/lib/x.ts', 'export const f = (a: unknown) => <string>a')
    allows(assertions, 'src/lib/x.ts', 'export const a = [1, 2] as const satisfies readonly number[]')
    allows(assertions, 'test/unit/x.test.ts', 'export const f = (a: unknown) => a as string')
  })

  describe('about size', function () {
    const branches = Array.from({length: 20}, (_, index) => `  if (a === ${index}) return ${index}\n`).join('')
    refuses('complexity', 'src/lib/x.ts', `export const f = (a: number) => {\n${branches}  return a\n}\n`)
  })

  describe('about the process', function () {
    refuses('no-console', 'src/lib/x.ts', 'console.log(1)')
    refuses('no-restricted-properties', 'src/lib/x.ts', 'process.exit(1)')
    refuses('no-restricted-properties', 'src/lib/x.ts', 'const {exit} = process; exit(1)')
    refuses('no-restricted-imports', 'src/lib/x.ts', 'import {exit} from \'node:process\'; exit(1)')
    allows('no-console', 'scripts/x.mjs', 'console.log(1)')
  })

  describe('about tests', function () {
    const suite = (body: string) => `describe('a', function () {\n  ${body}\n})\n`
    refuses('mocha/no-skipped-tests', 'test/unit/x.test.ts', suite("it.skip('b', function () {})"))
    refuses('mocha/no-exclusive-tests', 'test/unit/x.test.ts', suite("it.only('b', function () {})"))
    refuses('mocha/no-pending-tests', 'test/unit/x.test.ts', suite("it('b')"))
  })

  describe('about directives', function () {
    const found = said({'src/lib/x.ts': '// eslint-disable-next-line no-console\nexport const a = 1\n'})

    it('refuses one that suppresses nothing', function () {
      expect(found()).to.satisfy((messages: string[]) => messages.some(message => message.startsWith('Unused eslint-disable')))
    })
  })

  describe('about exposing a token', function () {
    const rule = 'eslint-js/no-restricted-syntax'
    const exposes = 'export const f = (s: {expose: (u: unknown) => void}) => s.expose(String)'
    refuses(rule, 'src/lib/rotation/phases/create.ts', exposes)
    refuses(rule, 'src/lib/probes/http.ts', exposes)
    refuses(rule, 'src/lib/journal/journal.ts', exposes)
    refuses(rule, 'src/commands/authorizations/rotate/index.ts', exposes)
    refuses(rule, 'src/lib/x.ts', 'export const f = (s?: {expose: (u: unknown) => void}) => s?.expose(String)')
    refuses(rule, 'src/lib/x.ts', 'export const f = (s: {expose: (u: unknown) => void}) => s[\'expose\'](String)')
    refuses(rule, 'src/lib/x.ts', 'export const f = ({expose}: {expose: (u: unknown) => void}) => expose')
    allows(rule, 'src/lib/consumers/file.ts', exposes)
    allows(rule, 'src/lib/heroku/transport.ts', exposes)
    allows(rule, 'src/lib/journal/seal.ts', exposes)
    allows(rule, 'src/lib/secrecy/filter.ts', exposes)
    allows(rule, 'src/lib/secrecy/secret.ts', exposes)
    allows(rule, 'src/commands/authorizations/rotate/token.ts', exposes)
  })

  describe('about import directions', function () {
    const rule = 'house/import-direction'
    const from = (source: string) => `import {a} from '${source}'; export const b = a`

    refuses(rule, 'src/hooks/claim-command.ts', from('@oclif/core'))
    refuses(rule, 'src/hooks/claim-command.ts', from('node:fs'))
    allows(rule, 'src/hooks/claim-command.ts', 'import type {Hook} from \'@oclif/core\'; export type A = Hook.Init')

    const layers = [
      'cli', 'output', 'rotation', 'inventory', 'rotation-file', 'audit', 'consumers', 'probes', 'github', 'credentials', 'heroku', 'journal', 'http',
      'system', 'secrecy', 'text',
    ]
    for (const [index, layer] of layers.entries()) {
      const above = layers[index - 1]
      if (above === undefined) continue
      refuses(rule, `src/lib/${layer}/x.ts`, from(`../${above}/x.js`))
      if (layer !== 'probes') allows(rule, `src/lib/${above}/x.ts`, from(`../${layer}/${layer === 'consumers' ? 'registry' : 'x'}.js`))
    }

    refuses(rule, 'src/lib/cli/x.ts', from('../../commands/authorizations/rotate/index.js'))
    refuses(rule, 'src/lib/text/x.ts', 'import type {A} from \'../rotation/state/state.js\'; export type B = A')
    refuses(rule, 'src/lib/text/x.ts', 'export * from \'../rotation/state/state.js\'')
    refuses(rule, 'src/lib/text/x.ts', 'export const a = await import(\'../rotation/state/state.js\')')
    refuses(rule, 'src/lib/text/x.ts', 'export type A = import(\'../rotation/state/state.js\').State')
    allows(rule, 'src/lib/secrecy/x.ts', from('../errors.js'))
    refuses(rule, 'src/lib/errors.ts', from('./secrecy/secret.js'))
    allows(rule, 'src/lib/errors.ts', from('./text/shell-quote.js'))
    refuses(rule, 'src/lib/text/x.ts', from('../errors.js'))
    refuses(rule, 'src/lib/text/x.ts', 'import type {A} from \'../errors.js\'; export type B = A')
    allows(rule, 'src/lib/text/x.ts', from('../ports.js'))
    refuses(rule, 'src/lib/ports.ts', from('./errors.js'))
    allows(rule, 'src/lib/ports.ts', 'import type {Secret} from \'./secrecy/secret.js\'; export type B = Secret')
    refuses(rule, 'src/lib/nowhere/x.ts', from('../errors.js'))

    refuses(rule, 'src/lib/consumers/file.ts', from('./infisical.js'))
    refuses(rule, 'src/lib/consumers/file/change.ts', from('../infisical/client.js'))
    refuses(rule, 'src/lib/consumers/file.ts', from('./registry.js'))
    refuses(rule, 'src/lib/consumers/adapter.ts', from('./infisical.js'))
    refuses(rule, 'src/lib/consumers/file.ts', from('../probes/http.js'))
    refuses(rule, 'src/lib/probes/http.ts', from('../consumers/adapter.js'))
    refuses(rule, 'src/lib/probes/http.ts', from('./command.js'))
    refuses(rule, 'src/lib/rotation/phases/fanout.ts', from('../../consumers/file.js'))
    refuses(rule, 'src/lib/rotation-file/rotation-file.ts', from('../consumers/file.js'))
    refuses(rule, 'src/commands/authorizations/rotate/index.ts', from('../../../lib/consumers/file.js'))
    allows(rule, 'src/lib/consumers/registry.ts', from('./file.js'))
    allows(rule, 'src/lib/consumers/file.ts', from('./adapter.js'))
    allows(rule, 'src/lib/consumers/file.ts', from('./file/change.js'))
    allows(rule, 'src/lib/consumers/heroku-config.ts', from('../heroku/platform-api.js'))
    allows(rule, 'src/lib/rotation/phases/fanout.ts', from('../../consumers/registry.js'))
    allows(rule, 'test/contract/consumers.test.ts', from('../../src/lib/consumers/file.js'))

    refuses(rule, 'src/lib/rotation/planning/plan.ts', from('../../../commands/authorizations/rotate/index.js'))
    refuses(rule, 'src/commands/authorizations/rotate/check.ts', from('./index.js'))
    refuses(rule, 'src/lib/context.ts', from('../../test/support/world.js'))
    allows(rule, 'src/commands/authorizations/rotate/index.ts', from('../../../lib/rotation/planning/plan.js'))

    refuses(rule, 'test/sandbox/server.ts', from('../../src/lib/secrecy/secret.js'))
    refuses(rule, 'test/sandbox/model/app.ts', from('../../../src/lib/secrecy/secret.js'))
    allows(rule, 'test/sandbox/server.ts', from('./model/app.js'))
  })

  describe('about dependencies', function () {
    refuses('house/import-direction', 'src/lib/text/x.ts', 'import {expect} from \'chai\'; export const a = expect')
    allows('house/import-direction', 'src/lib/text/x.ts', 'import {z} from \'zod\'; export const a = z')
  })

  describe('about promises and switches', function () {
    refuses('typescript/no-floating-promises', 'src/lib/x.ts', 'const f = async () => 1\nf()\n')
    refuses('typescript/no-misused-promises', 'src/lib/x.ts', 'const f = async () => true\nif (f()) throw new Error(\'a\')\n')
    refuses('typescript/await-thenable', 'src/lib/x.ts', 'const a = 1\nawait a\n')
    refuses('typescript/switch-exhaustiveness-check', 'src/lib/x.ts', 'export const f = (a: 1 | 2) => {\n  switch (a) {\n  case 1: return\n  }\n}\n')
  })

  describe('about cycles', function () {
    const found = said({
      'src/lib/text/a.ts': "import {b} from './b.js'\nexport const a = [b]\n",
      'src/lib/text/b.ts': "import {a} from './a.js'\nexport const b = [a]\n",
    })

    it('refuses one of imports', function () {
      expect(found()).to.include('import/no-cycle')
    })
  })

  const mistyped = said({'test/x.ts': 'export const a: string = 1\n'})

  it('tells what the compiler tells', function () {
    expect(mistyped()).to.include('typescript/TS2322')
  })
})
