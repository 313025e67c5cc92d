import {join, relative} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
// Set by scripts/test.mjs, which has compiled all that the tests start; one test alone (npx mocha FILE) compiles it on the way.
const compiled = process.env['COMPILED_TESTS']

/** The project's file, as Node.js runs it with `nodeOptions`. */
export const runnable = (source: URL): string => {
  const file = fileURLToPath(source)
  return compiled === undefined ? file : join(compiled, relative(root, file).replace(/\.ts$/, '.js'))
}

export const nodeOptions: readonly string[] = compiled === undefined ? ['--import=tsx'] : ['--enable-source-maps']

/** For an import. */
export const urlOf = (source: URL): string => pathToFileURL(runnable(source)).href
