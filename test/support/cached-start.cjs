/*
 * node cached-start.cjs ARGS…         runs the bundle with those arguments, from its compiled form
 * node cached-start.cjs FILE.cjs.PID  writes the compiled form of that bundle beside it
 */
const {ChildProcess} = require('node:child_process')
const {existsSync, readFileSync, writeFileSync} = require('node:fs')
const {createRequire, wrap} = require('node:module')
const {dirname, join} = require('node:path')
const {Script} = require('node:vm')

// A look at /proc may come after a child that ends at once: here each of them is seen before it starts.
const {spawn} = ChildProcess.prototype
ChildProcess.prototype.spawn = function (options) {
  if ([...options.args, ...options.envPairs].some(text => /HRKU-[\w-]{20,}/.test(text))) {
    process.stderr.write(`${options.file} was to be started with a token on its command line or in its environment\n`)
    process.exit(70)
  }

  return spawn.call(this, options)
}

const made = process.argv[2]
const isNew = made !== undefined && existsSync(made)
const filename = join(__dirname, '../../tmp/plugin/cli.cjs')
const script = new Script(wrap(readFileSync(isNew ? made : filename, 'utf8')), {
  cachedData: isNew ? undefined : readFileSync(`${filename}.cache`),
  filename,
  importModuleDynamically: specifier => import(specifier),
})
if (isNew) process.argv.splice(2, Infinity, 'authorizations:rotate:audit')
if (isNew) process.on('exit', () => writeFileSync(`${made}.cache`, script.createCachedData()))
if (script.cachedDataRejected) throw new Error('the compiled form is of another bundle')
const module_ = {exports: {}}
script.runInThisContext()(module_.exports, createRequire(filename), module_, filename, dirname(filename))
