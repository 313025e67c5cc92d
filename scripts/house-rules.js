import {dirname, join, relative, sep} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const inProject = path => relative(root, path).split(sep).join('/')

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
  if (source === -1) return `${from} is in no layer: see the list in scripts/house-rules.js`
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

/** `project` gives a file's path in the project, with slashes. */
const importDirection = project => ({
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
})

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

export const houseRules = project => ({meta: {name: 'house'}, rules: {'import-direction': importDirection(project)}})

export default houseRules(inProject)
