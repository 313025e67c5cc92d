/*
 * What `npm test` runs, in order, stopping at the first row with a step that fails. The last line says how many tests
 * of all suites passed and failed; a failed step that is no suite counts as one failure.
 *
 *     npm test                    everything, with a sample of the matrices
 *     npm test -- lint unit       these steps only
 *     npm run test:all            everything, with every point of every matrix
 *
 * Two cores are kept busy: what computes runs beside what waits, and the files that take longest come first, as
 * scripts/seconds.json knows them (`--record` writes it). It decides about the order, and nothing else.
 */
import {spawn} from 'node:child_process'
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'

import {bundleTests, compiledFrom, compiledTests, sourceOf} from './bundle-tests.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = name => join(root, 'node_modules', name)

const known = JSON.parse(readFileSync(join(root, 'scripts/seconds.json'), 'utf8'))
const asked = process.argv.slice(2)
const isWhole = asked.includes('--all')
const isRecorded = asked.includes('--record')

/** Steps of one row run at the same time, and one that spans beside those of the rows after it, too. */
const rows = [
  [{command: ['npm', 'run', '--silent', 'build'], name: 'build'}],
  [
    {command: ['node', '--import=tsx', 'test/support/installed-cli.ts'], name: 'heroku'}, // the real CLI, on its first use
    {command: ['node', 'scripts/check-manifest.mjs'], name: 'manifest'},
    {command: ['node', compiledFrom('scripts/phase-table.ts'), '--check'], name: 'table'}, // of docs/explain/architecture.md
    {command: ['node', bin('knip/bin/knip.js'), '--no-progress'], name: 'knip'},
    {folders: ['unit', 'contract', 'rotation'], jobs: 2, name: 'unit', style: 'dot'},
    {command: ['node', bin('oxlint/bin/oxlint'), '--config', 'oxlint.config.js'], name: 'lint', spans: true}, // and types, with test/types
  ],
  [
    {folders: ['e2e'], jobs: 6, name: 'e2e', style: 'spec'}, // which waits for most of its time
    {folders: ['matrix'], jobs: 2, name: 'matrix', style: 'spec'},
  ],
]

const seconds = {}

const counted = {failed: 0, passed: 0, skipped: 0}
const work = mkdtempSync(join(tmpdir(), 'npm-test-'))
const mocharc = join(work, 'mocharc.json')

/** The tests run as they were compiled, which .mocharc.json does not know of: it is for one file at a time. */
async function compileTests() {
  await bundleTests()
  const config = JSON.parse(readFileSync(join(root, '.mocharc.json'), 'utf8'))
  writeFileSync(mocharc, JSON.stringify({
    ...config, extension: ['js'], 'node-option': ['enable-source-maps'], require: config.require.map(file => compiledFrom(file)),
  }))
}

function run([command, ...args], {env = process.env, shared}) {
  return new Promise(resolve => {
    const child = spawn(command === 'node' ? process.execPath : command, args, {
      cwd: root,
      env,
      shell: command === 'npm' && process.platform === 'win32',
      stdio: shared ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', chunk => {
        output += chunk
      })
    }

    child.on('error', error => resolve({ok: false, output: error.message}))
    child.on('close', code => resolve({ok: code === 0, output}))
  })
}

function testFiles(folder) {
  try {
    return readdirSync(join(root, 'test', folder), {recursive: true})
      .filter(file => file.endsWith('.test.ts'))
      .map(file => join('test', folder, file))
      .sort((a, b) => (known[b] ?? 0) - (known[a] ?? 0))
  } catch {
    return []
  }
}

function countsIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {failed: 1, files: {}, passed: 0, skipped: 0} // mocha did not come to its end
  }
}

/** What the matrices of a suite have noted: how many points each has run, and how many there are. */
function pointsIn(file) {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').map(line => JSON.parse(line))
  } catch {
    return []
  }
}

/** How long each file took, the longest first; and, from the points there are, what the whole would take. */
function timesOf(files, points) {
  const times = Object.entries(files).map(([file, took]) => ({file: sourceOf(file), took})).sort((a, b) => b.took - a.took)
  for (const {file, took} of times) seconds[file] = Math.round(took * 10) / 10
  const lines = times.slice(0, 5).map(({file, took}) => `    ${took.toFixed(1).padStart(6)} s  ${file}`)
  const ran = points.reduce((sum, point) => sum + point.run, 0)
  const whole = points.reduce((sum, point) => sum + point.whole, 0)
  if (whole === 0) return lines
  if (ran === whole) return [...lines, `  ${whole} points, which are all`]
  const left = times.map(({file, took}) => {
    const mine = points.filter(point => relative(root, point.file) === file)
    const share = mine.reduce((sum, point) => sum + point.run, 0) / mine.reduce((sum, point) => sum + point.whole, 0)
    return share > 0 ? took / share : took
  })
  const minutes = left.reduce((sum, each) => sum + each, 0) / 2 / 60
  return [...lines, `  ${ran} points of ${whole}; by what these took, npm run test:all needs about ${Math.ceil(minutes)} min for the matrices`]
}

async function suite({folders, jobs, name, style}, shared) {
  const files = folders.flatMap(folder => testFiles(folder)).sort((a, b) => (known[b] ?? 0) - (known[a] ?? 0))
  if (files.length === 0) return {ok: true, output: `no tests in test/{${folders.join(',')}}`}
  const counts = join(work, name)
  const points = join(work, `${name}-points`)
  const {ok, output} = await run([
    'node',
    bin('mocha/bin/mocha.js'),
    '--reporter',
    join(root, 'scripts/reporter.cjs'),
    '--reporter-option',
    `style=${style}`,
    '--reporter-option',
    `counts=${counts}`,
    '--config',
    mocharc,
    ...(jobs > 1 ? ['--parallel', '--jobs', String(jobs)] : []),
    ...files.map(file => compiledFrom(file)),
  ], {env: {...process.env, COMPILED_TESTS: compiledTests, MATRIX_POINTS: points, ...(isWhole ? {WHOLE: '1'} : {})}, shared})
  const {files: took, ...result} = countsIn(counts)
  if (!ok && result.failed === 0) result.failed = 1
  for (const [key, count] of Object.entries(result)) counted[key] += count
  return {ok: ok && result.failed === 0, output, times: timesOf(took, pointsIn(points))}
}

async function perform(step, shared) {
  const startedAt = performance.now()
  const {ok, output, times = []} = await (step.folders ? suite(step, shared) : run(step.command, {shared}))
  if (!ok && !step.folders) counted.failed++
  if (output.trim()) console.log(output.trimEnd())
  console.log(`${ok ? 'ok' : 'FAILED'}: ${step.name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
  for (const line of times) console.log(line)
  return ok
}

async function everything(wanted) {
  await compileTests()
  const spanning = []
  for (const row of rows) {
    const steps = row.filter(({name}) => wanted.length === 0 || wanted.includes(name))
    if (steps.length === 0) continue
    console.log(`\n> ${steps.map(({name}) => name).join(', ')}`)
    const performed = some => some.map(step => perform(step, steps.length > 1 || spanning.length > 0))
    spanning.push(...performed(steps.filter(({spans}) => spans)))
    const done = await Promise.all(performed(steps.filter(({spans}) => !spans)))
    if (done.includes(false)) break
  }

  await Promise.all(spanning)
}

const names = rows.flat().map(({name}) => name)
const wanted = asked.filter(word => !['--all', '--record'].includes(word))
const unknown = wanted.filter(name => !names.includes(name))
if (unknown.length > 0) {
  console.error(`no step ${unknown.join(', ')}; there are ${names.join(', ')}`)
  process.exitCode = 2
} else {
  try {
    await everything(wanted)
  } finally {
    rmSync(work, {force: true, recursive: true})
  }

  if (isRecorded) writeFileSync(join(root, 'scripts/seconds.json'), `${JSON.stringify({...known, ...seconds}, Object.keys({...known, ...seconds}).sort(), 2)}\n`)
  const {failed, passed, skipped} = counted
  console.log(`\n${isWhole ? 'npm run test:all' : 'npm test'} took ${(performance.now() / 1000).toFixed(0)} s`)
  process.exitCode = failed > 0 ? 1 : 0
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
}
