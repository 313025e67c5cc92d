/*
 * Compiles the tests once for all processes that run them: test/unit/lib/errors.test.ts becomes tmp/tests/test/unit/lib/errors.test.js,
 * and what several need is shared. Each process would compile and find about five hundred modules otherwise.
 */
import {build} from 'esbuild'
import {readFileSync, rmSync} from 'node:fs'
import {join, relative} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Besides the tests: what they start or load by its path. */
const started = [
  'scripts/phase-table.ts',
  'src/lib/rotation-file/read-text.ts',
  'src/lib/system/child-process.ts',
  'test/golden/render.ts',
  'test/matrix/chaos/lane.ts',
  'test/support/plugin-bundle.ts',
  'test/support/watch-children.ts',
  'test/unit/lib/journal/contender.ts',
]

export const compiledTests = join(root, 'tmp/tests')

/** Of a path in the project, such as `test/unit/lib/errors.test.ts`. */
export const compiledFrom = file => join(compiledTests, file.replace(/\.ts$/, '.js'))
export const sourceOf = compiled => relative(compiledTests, compiled).replace(/\.js$/, '.ts')

/** Tests read what lies beside their source. */
const whereItsSourceIs = {
  name: 'where its source is',
  setup({onLoad}) {
    onLoad({filter: /\.ts$/}, ({path}) => ({
      contents: readFileSync(path, 'utf8').replaceAll(/\bimport\.meta\.(?<part>dirname|url)\b/g, (_, part) =>
        JSON.stringify(part === 'url' ? pathToFileURL(path).href : join(path, '..'))),
      loader: 'ts',
    }))
  },
}

export async function bundleTests() {
  rmSync(compiledTests, {force: true, recursive: true})
  await build({
    absWorkingDir: root,
    bundle: true,
    entryPoints: ['test/**/*.test.ts', ...started],
    format: 'esm',
    logLevel: 'warning',
    outbase: '.',
    outdir: compiledTests,
    packages: 'external',
    platform: 'node',
    plugins: [whereItsSourceIs],
    sourcemap: 'inline',
    splitting: true,
    target: 'node20',
  })
}
