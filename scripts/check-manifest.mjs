/* Fails when oclif.manifest.json is not what `npm run manifest` would write. Expects dist/ to be built. */
import {execFileSync} from 'node:child_process'
import {cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {isDeepStrictEqual} from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = 'oclif.manifest.json'

function read(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, manifest), 'utf8'))
  } catch {
    return {commands: {}}
  }
}

function regenerate() {
  const copy = mkdtempSync(join(tmpdir(), 'manifest-'))
  try {
    for (const part of ['dist', 'package.json']) cpSync(join(root, part), join(copy, part), {recursive: true})
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
    execFileSync(process.execPath, [join(root, 'node_modules/oclif/bin/run.js'), 'manifest'], {cwd: copy, stdio: 'pipe'})
    return read(copy)
  } finally {
    rmSync(copy, {force: true, recursive: true})
  }
}

const committed = read(root)
const current = regenerate()
if (isDeepStrictEqual(committed, current)) {
  console.log(`${manifest} is current: ${Object.keys(current.commands).length} commands`)
} else {
  const ids = new Set([...Object.keys(committed.commands), ...Object.keys(current.commands)])
  const stale = [...ids].filter(id => !isDeepStrictEqual(committed.commands[id], current.commands[id]))
  console.error(`${manifest} is stale (${stale.join(', ') || 'version'}): run npm run manifest and commit`)
  process.exitCode = 1
}
