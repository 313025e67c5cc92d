/*
 * What `npm test` runs, in order, stopping at the first step that fails. The last line says how many tests
 * of all suites passed and failed; a failed step that is no suite counts as one failure.
 *
 *     npm test                    everything
 *     npm test -- lint unit       these steps only
 */
import {spawn} from 'node:child_process'
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = name => join(root, 'node_modules', name)

/** Steps of one row run at the same time. */
const rows = [
  [{command: ['npm', 'run', '--silent', 'build'], name: 'build'}],
  [
    {command: ['node', 'scripts/check-manifest.mjs'], name: 'manifest'},
    {command: ['node', '--import=tsx', 'scripts/phase-table.ts', '--check'], name: 'table'}, // of docs/architecture.md
  ],
  [
    {command: ['node', bin('typescript/bin/tsc'), '--project', 'tsconfig.json'], name: 'types'}, // with test/types
    {command: ['node', bin('eslint/bin/eslint.js'), '--max-warnings', '0', '.'], name: 'lint'},
  ],
  [{folders: ['unit', 'contract'], jobs: 2, name: 'unit', style: 'dot'}],
  [{folders: ['e2e'], jobs: 2, name: 'e2e', style: 'spec'}],
  [{folders: ['matrix'], jobs: 2, name: 'matrix', style: 'spec'}],
]

const counted = {failed: 0, passed: 0, skipped: 0}
const work = mkdtempSync(join(tmpdir(), 'npm-test-'))

function run([command, ...args], shared) {
  return new Promise(resolve => {
    const child = spawn(command === 'node' ? process.execPath : command, args, {
      cwd: root,
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
  } catch {
    return []
  }
}

function countsIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {failed: 1, passed: 0, skipped: 0} // mocha did not come to its end
  }
}

async function suite({folders, jobs, name, style}) {
  const files = folders.flatMap(folder => testFiles(folder))
  if (files.length === 0) return {ok: true, output: `no tests in test/{${folders.join(',')}}`}
  const counts = join(work, name)
  const {ok, output} = await run([
    'node',
    bin('mocha/bin/mocha.js'),
    '--reporter',
    join(root, 'scripts/reporter.cjs'),
    '--reporter-option',
    `style=${style}`,
    '--reporter-option',
    `counts=${counts}`,
    ...(jobs > 1 ? ['--parallel', '--jobs', String(jobs)] : []),
    ...files,
  ])
  const result = countsIn(counts)
  if (!ok && result.failed === 0) result.failed = 1
  for (const [key, count] of Object.entries(result)) counted[key] += count
  return {ok: ok && result.failed === 0, output}
}

async function perform(step, shared) {
  const startedAt = performance.now()
  const {ok, output} = await (step.folders ? suite(step) : run(step.command, shared))
  if (!ok && !step.folders) counted.failed++
  return {...step, ok, output, seconds: (performance.now() - startedAt) / 1000}
}

async function everything(wanted) {
  for (const row of rows) {
    const steps = row.filter(({name}) => wanted.length === 0 || wanted.includes(name))
    if (steps.length === 0) continue
    console.log(`\n> ${steps.map(({name}) => name).join(', ')}`)
    const done = await Promise.all(steps.map(step => perform(step, steps.length > 1)))
    for (const {name, ok, output, seconds} of done) {
      if (output.trim()) console.log(output.trimEnd())
      console.log(`${ok ? 'ok' : 'FAILED'}: ${name} (${seconds.toFixed(1)} s)`)
    }

    if (done.some(({ok}) => !ok)) return
  }
}

const names = rows.flat().map(({name}) => name)
const wanted = process.argv.slice(2)
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

  const {failed, passed, skipped} = counted
  process.exitCode = failed > 0 ? 1 : 0
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
}
