import {expect} from 'chai'
import {ESLint} from 'eslint'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {tempRoot} from '../../support/temp-root.js'

const configuration = fileURLToPath(new URL('../../../eslint.config.js', import.meta.url))

/** The snippets' files do not exist, so the rules that need types, or other files, are tried elsewhere (see the last tests). */
const typed = ['await-thenable', 'no-floating-promises', 'no-misused-promises', 'switch-exhaustiveness-check']

describe('the linter', function () {
  this.timeout(60_000)

  let eslint: ESLint

  before('loads the configuration', async function () {
    eslint = new ESLint({
      overrideConfig: {
        languageOptions: {parserOptions: {projectService: false}},
        rules: {...Object.fromEntries(typed.map(rule => [`@typescript-eslint/${rule}`, 'off'])), 'import/no-cycle': 'off'},
      },
    })
    await eslint.lintText('', {filePath: 'src/lib/example.ts'})
  })

  async function rulesBroken(filePath: string, code: string, linter = eslint) {
    const [result] = await linter.lintText(code, {filePath})
    return (result?.messages ?? []).map(({message, ruleId}) => ruleId ?? message)
  }

  const refuses = (rule: string, filePath: string, code: string) =>
    it(`refuses in ${filePath}: ${code}`, async function () {
      expect(await rulesBroken(filePath, code)).to.include(rule)
    })

  const allows = (rule: string, filePath: string, code: string) =>
    it(`allows in ${filePath}: ${code}`, async function () {
      expect(await rulesBroken(filePath, code)).not.to.include(rule)
    })

  describe('about types', function () {
    const assertions = '@typescript-eslint/consistent-type-assertions'
    refuses('@typescript-eslint/no-explicit-any', 'src/lib/x.ts', 'export const a: any = 1')
    refuses('@typescript-eslint/no-explicit-any', 'test/unit/x.test.ts', 'export const a: any = 1')
    refuses('@typescript-eslint/no-non-null-assertion', 'src/lib/x.ts', 'export const f = (a?: string) => a!.length')
    refuses(assertions, 'src/lib/x.ts', 'export const f = (a: unknown) => a as string')
    refuses(assertions, 'src/lib/x.ts', 'export const f = (a: unknown) => <string>a')
    allows(assertions, 'src/lib/x.ts', 'export const a = [1, 2] as const satisfies readonly number[]')
    allows(assertions, 'test/unit/x.test.ts', 'export const f = (a: unknown) => a as string')
  })

  describe('about the process', function () {
    refuses('no-console', 'src/lib/x.ts', 'console.log(1)')
    refuses('no-restricted-properties', 'src/lib/x.ts', 'process.exit(1)')
    refuses('no-restricted-properties', 'src/lib/x.ts', 'const {exit} = process; exit(1)')
    refuses('no-restricted-imports', 'src/lib/x.ts', 'import {exit} from \'node:process\'; exit(1)')
    allows('no-console', 'scripts/x.mjs', 'console.log(1)')
  })

  describe('about directives', function () {
    it('refuses one that suppresses nothing', async function () {
      const broken = await rulesBroken('src/lib/x.ts', '// eslint-disable-next-line no-console\nexport const a = 1\n')
      expect(broken).to.satisfy((messages: string[]) => messages.some(message => message.startsWith('Unused eslint-disable')))
    })
  })

  describe('about exposing a token', function () {
    const rule = 'no-restricted-syntax'
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

  describe('in a project of two files, with the rules as they are', function () {
    const root = tempRoot()

    async function rulesBrokenIn(file: string, files: Record<string, string>) {
      await mkdir(join(root(), 'src'))
      await writeFile(join(root(), 'tsconfig.json'), JSON.stringify({compilerOptions: {lib: ['ES2023'], types: []}}))
      for (const [name, code] of Object.entries(files)) await writeFile(join(root(), 'src', name), code)
      const linter = new ESLint({cwd: root(), overrideConfigFile: configuration})
      const [result] = await linter.lintFiles([join('src', file)])
      return (result?.messages ?? []).map(({message, ruleId}) => ruleId ?? message)
    }

    it('refuses a promise nobody waits for', async function () {
      expect(await rulesBrokenIn('a.ts', {'a.ts': 'const f = async () => 1\nf()\n'})).to.include('@typescript-eslint/no-floating-promises')
    })

    it('refuses a cycle of imports', async function () {
      expect(await rulesBrokenIn('a.ts', {
        'a.ts': "import {b} from './b.js'\nexport const a = [b]\n",
        'b.ts': "import {a} from './a.js'\nexport const b = [a]\n",
      })).to.include('import/no-cycle')
    })
  })
})
