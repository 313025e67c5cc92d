import oclif from 'eslint-config-oclif'
import {dirname, join, relative, sep} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('.', import.meta.url))

const project = path => relative(root, path).split(sep).join('/')

/** The packages that are in the pack, each with its reason in docs/explain/dependencies.md. */
const shipped = [
  '@heroku-cli/color', '@heroku-cli/command', '@heroku-cli/notifications', '@oclif/core', 'execa', 'jmespath',
  'log-update', 'p-limit', 'string-width', 'undici', 'wrap-ansi', 'yaml', 'zod',
]

/**
 * The layers of src/, top to bottom (docs/explain/architecture.md): a file imports its own layer and those below it. Types only
 * where `types` says so: the hook, because every heroku command loads it, and the bottom, which describes what is above it.
 */
export const layers = [
  {name: 'hooks', files: /^src\/hooks\//, types: true},
  {name: 'commands', files: /^src\/commands\//},
  ...[
    'cli', 'output', 'rotation', 'inventory', 'rotation-file', 'audit', 'consumers', 'probes', 'github', 'credentials', 'heroku', 'journal', 'http',
    'system', 'secrecy', 'errors', 'text',
  ].map(name => ({name, files: new RegExp(`^src/lib/${name}[./]`)})),
  {name: 'the bottom', files: /^src\/lib\/(ports|context)\.ts$/, types: true},
]

/** Files that may not import each other though their layers may, as project paths. */
const directions = [
  {
    because: 'every heroku command loads the hooks: they import types only',
    from: /^src\/hooks\//,
    not: /./,
    typesAllowed: true,
  },
  {
    because: 'a command delegates to src/lib and imports no other command (run.ts is index.ts under an id that no CLI has)',
    from: /^src\/commands\/(?!authorizations\/rotate\/run\.ts$)/,
    not: /^src\/(commands|hooks)\//,
  },
  {
    because: 'consumers and probes do not know each other',
    from: /^src\/lib\/consumers\//,
    not: /^src\/lib\/probes\//,
  },
  {
    because: 'what ships imports nothing that does not',
    from: /^src\//,
    not: /^(test|bench|scripts)\//,
  },
  {
    because: 'what ships imports only packages that docs/explain/dependencies.md gives a reason for',
    from: /^src\//,
    not: new RegExp(`^(?!src/|node:|(${shipped.join('|')})(/|$))`),
  },
  {
    because: 'the sandbox is written against the platform, not against the plugin',
    from: /^test\/sandbox\//,
    not: /^(src|dist)\//,
  },
]

const layerOf = path => layers.findIndex(({files}) => files.test(path))

function against(from, to, typesOnly) {
  if (!from.startsWith('src/') || !to.startsWith('src/')) return
  const [source, target] = [layerOf(from), layerOf(to)]
  if (source === -1) return `${from} is in no layer: see the list in eslint.config.js`
  if (target >= source || (typesOnly && layers[source].types)) return
  return `imports point down, and ${layers[target]?.name ?? to} is above ${layers[source].name}`
}

/** `consumers/file.ts` and `consumers/file/dotenv.ts` are both the kind `file`. */
const kindOf = path => /^src\/lib\/(?<family>consumers|probes)\/(?<kind>[^/.]+)/.exec(path)?.groups

function refusal(from, to, typesOnly) {
  const broken = directions.find(direction =>
    direction.from.test(from) && direction.not.test(to) && !(typesOnly && direction.typesAllowed))
  const because = broken?.because ?? against(from, to, typesOnly)
  if (because) return because

  if (!from.startsWith('src/')) return
  const target = kindOf(to)
  if (!target || ['adapter', 'by-value', 'probe'].includes(target.kind)) return
  const source = kindOf(from)
  if (source?.family === target.family ? ['registry', target.kind].includes(source.kind) : target.kind === 'registry') return
  return `only registry.ts of ${target.family} imports its kinds; what kinds share lives in ${target.family === 'probes' ? 'probe.ts' : 'adapter.ts, by-value/'} or outside ${target.family}/`
}

const importDirection = {
  create(context) {
    const from = project(context.filename)

    const check = (node, typesOnly = false) => {
      const source = node?.value
      if (typeof source !== 'string') return
      const to = source.startsWith('.') ? project(join(dirname(context.filename), source)).replace(/\.js$/, '.ts') : source
      const because = refusal(from, to, typesOnly)
      if (because) context.report({data: {because, to}, messageId: 'direction', node})
    }

    const declaration = node =>
      check(node.source, node.importKind === 'type' || node.exportKind === 'type')

    return {
      ExportAllDeclaration: declaration,
      ExportNamedDeclaration: declaration,
      ImportDeclaration: declaration,
      ImportExpression: node => check(node.source),
      TSImportType: node => check(node.source ?? node.argument?.literal, true),
    }
  },
  meta: {messages: {direction: 'May not import {{to}}: {{because}}.'}, schema: [], type: 'problem'},
}

/** Where a token may leave its `Secret`: where it goes on the wire, to disk, to a pipe, or is looked for. */
export const mayExpose = [
  'src/commands/authorizations/rotate/token.ts',
  'src/lib/consumers/**',
  'src/lib/heroku/**',
  'src/lib/journal/seal.ts',
  'src/lib/secrecy/filter.ts',
  'src/lib/secrecy/occurrences.ts',
  'src/lib/secrecy/secret.ts',
  'src/lib/system/child-process.ts',
]

const sharedRules = oclif.flatMap(({rules = {}}) => Object.keys(rules))
const off = rules => Object.fromEntries(rules.map(rule => [rule, 'off']))

/** Rules of the shared configs that fight readability, are tsc's job, or judge a platform we do not have. */
const refused = [
  'camelcase', // the platform speaks snake_case
  'dot-notation', // tsc's noPropertyAccessFromIndexSignature wants the opposite
  'func-names',
  'import/default',
  'import/named',
  'import/namespace',
  'import/no-named-as-default',
  'import/no-named-as-default-member',
  'import/no-unresolved',
  'max-nested-callbacks',
  'max-params',
  'mocha/consistent-spacing-between-blocks',
  'mocha/max-top-level-suites',
  'mocha/no-exports',
  'mocha/no-top-level-hooks',
  'n/no-extraneous-import',
  'n/no-process-exit',
  'n/no-unpublished-import',
  'no-await-in-loop', // waves run in order on purpose
  'no-bitwise', // file modes
  'no-undef',
  'prefer-arrow-callback', // mocha's `this`
  'prefer-destructuring',
  'unicorn/consistent-destructuring',
  'unicorn/consistent-function-scoping',
  'unicorn/no-array-callback-reference',
  'unicorn/no-array-reduce',
  'unicorn/no-negated-condition',
  'unicorn/no-nested-ternary',
  'unicorn/no-process-exit',
  'unicorn/no-unnecessary-polyfills', // knip tells of dependencies that nothing needs
  'unicorn/no-useless-undefined',
  'unicorn/prefer-event-target',
  'unicorn/prefer-ternary',
  'unicorn/switch-case-braces',
  '@stylistic/array-element-newline',
  '@stylistic/function-paren-newline',
  '@stylistic/lines-between-class-members',
  '@stylistic/no-mixed-operators',
  '@stylistic/object-curly-newline',
  ...sharedRules.filter(rule =>
    rule.startsWith('jsdoc/') || (rule.startsWith('perfectionist/') && !rule.endsWith('imports'))),
]

export default [
  {ignores: ['dist/', 'coverage/', 'tmp/', 'node_modules/']},
  ...oclif,
  {
    languageOptions: {ecmaVersion: 2024, sourceType: 'module'},
    linterOptions: {reportUnusedDisableDirectives: 'error'},
    plugins: {house: {rules: {'import-direction': importDirection}}},
    rules: {
      ...off(refused),
      '@stylistic/indent': ['error', 2, {SwitchCase: 0}],
      '@stylistic/indent-binary-ops': ['error', 2],
      '@stylistic/object-curly-spacing': ['error', 'never'],
      '@stylistic/operator-linebreak': ['error', 'before', {overrides: {'=': 'after'}}],
      '@stylistic/semi': ['error', 'never'],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      complexity: ['error', {max: 20, variant: 'modified'}],
      'house/import-direction': 'error',
      'mocha/no-skipped-tests': 'error', // skip(this, reason) instead
      'n/no-unsupported-features/node-builtins': ['error', {
        ignores: ['fetch', 'FormData', 'Headers', 'readline/promises', 'Request', 'Response'],
      }],
      'unicorn/prefer-module': 'error',
    },
  },
  {
    ignores: ['**/*.test.ts'],
    rules: off(sharedRules.filter(rule => rule.startsWith('mocha/'))),
  },
  {
    files: ['test/**', 'bench/**', 'scripts/**'],
    rules: {'n/no-unsupported-features/node-builtins': 'off'},
  },
  {
    files: ['**/*.cjs'], // mocha requires its reporters
    languageOptions: {sourceType: 'commonjs'},
    rules: {'@typescript-eslint/no-require-imports': 'off', 'unicorn/prefer-module': 'off'},
  },
  {
    files: ['src/**'],
    languageOptions: {parserOptions: {projectService: true, tsconfigRootDir: root}},
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', {assertionStyle: 'never'}],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'import/no-cycle': ['error', {disableScc: true, ignoreExternal: true}], // elsewhere knip looks for cycles, in less time
      'no-console': 'error',
      'perfectionist/sort-imports': ['error', {newlinesBetween: 'never', order: 'asc', type: 'natural'}],
      'no-restricted-imports': ['error', {
        paths: [{importNames: ['exit'], message: 'throw a RotationError', name: 'node:process'}],
      }],
      'no-restricted-properties': ['error', {message: 'throw a RotationError', object: 'process', property: 'exit'}],
    },
  },
  {
    files: ['src/**'],
    ignores: mayExpose,
    rules: {
      'no-restricted-syntax': ['error', {
        message: 'a token leaves its Secret only in the places eslint.config.js lists',
        selector: [
          'MemberExpression[property.name="expose"]',
          'MemberExpression[property.value="expose"]',
          'ObjectPattern > Property[key.name="expose"]',
        ].join(', '),
      }],
    },
  },
]
