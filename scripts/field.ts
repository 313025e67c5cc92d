/*
 * Tries the consumers of kind `file` on files as people have them, which are not in the repository:
 *
 *     npm run field -- FOLDER
 *
 * For each file below the folder, a copy with the token at each place where a line begins is rotated and rolled back.
 * Rotated, it has to be the copy with the value replaced; rolled back, the copy. Nothing in the folder is changed.
 */
import {existsSync} from 'node:fs'
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {file as adapter} from '../src/lib/consumers/file.js'
import {Secret} from '../src/lib/secrecy/secret.js'
import {encodingOf} from '../src/lib/text/encoding.js'
import {accessWith} from '../test/support/access.js'
import {sampleToken} from '../test/support/sample-token.js'

const [OLD, NEW] = [sampleToken('outgoing'), sampleToken('incoming')]
const tokens = {incoming: new Secret(NEW), outgoing: new Secret(OLD)}
const access = accessWith({tokens})
const LARGEST_BYTES = 1_000_000

/** Each of them with the token on a line of its own, that line being the first, the second and so on. */
function * placed(bytes: Buffer): Generator<(token: string) => Buffer> {
  const {decode, encode} = encodingOf(bytes)
  const mark = bytes.subarray(0, encode('\uFEFF').equals(bytes.subarray(0, encode('\uFEFF').length)) ? encode('\uFEFF').length : 0)
  const end = decode(bytes).includes('\r\n') ? '\r\n' : '\n'
  const newline = encode('\n')
  for (let at = mark.length; ; at = bytes.indexOf(newline, at) + newline.length) {
    const place = at
    yield token => Buffer.concat([bytes.subarray(0, place), encode(`${token}${end}`), bytes.subarray(place)])
    if (!bytes.includes(newline, at)) return
  }
}

async function problemWith(path: string, content: (token: string) => Buffer): Promise<null | string> {
  const at = adapter.address.parse({kind: 'file', path})
  await writeFile(path, content(OLD), {mode: 0o600})
  try {
    await adapter.inspect(at, access)
    await adapter.write(at, new Map([['token', tokens.incoming]]), access)
    if (!(await readFile(path)).equals(content(NEW))) return 'rotated, it is not the file with the value replaced'
    await adapter.write(at, new Map([['token', tokens.outgoing]]), {...access, isBack: true})
    return (await readFile(path)).equals(content(OLD)) ? null : 'rolled back, it is not what it was'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: npm run field -- FOLDER')
  process.exit(2)
}

const root = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'field-'))
const count = {failures: 0, files: 0, left: 0, places: 0}
try {
  for (const entry of await readdir(folder, {recursive: true, withFileTypes: true})) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path)
    if (bytes.length > LARGEST_BYTES) {
      count.left++
      continue
    }

    count.files++
    let line = 0
    for (const content of placed(bytes)) {
      line++
      count.places++
      const problem = await problemWith(join(root, 'copy'), content)
      if (problem === null) continue
      count.failures++
      console.error(`${path}:${line} ${problem}`)
    }
  }
} finally {
  await rm(root, {force: true, recursive: true})
}

console.log(`${count.files} files, ${count.places} places, ${count.failures} failures${count.left > 0 ? `; ${count.left} files are too large` : ''}`)
process.exitCode = count.failures > 0 ? 1 : 0
