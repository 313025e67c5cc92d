import {expect} from 'chai'
import {lstat, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {additionAt} from '../../../../src/lib/cli/flags/additions.js'
import {RotationError} from '../../../../src/lib/errors.js'
import {addConsumers} from '../../../../src/lib/rotation-file/add-consumers.js'
import {readText} from '../../../../src/lib/rotation-file/read-text.js'
import {changeRotationFile} from '../../../../src/lib/rotation-file/write-file.js'
import {errorOf} from '../../../support/failure.js'
import {tempRoot} from '../../../support/temp-root.js'

const before = 'version: 1\r\nrotations:\r\n  example-token:\r\n    every: 90d # été\r\n'
const after = `${before}    consumers:\r\n      - {kind: heroku-config, app: example-app}\r\n`
const add = (path: string) =>
  changeRotationFile(path, (text, where) => addConsumers(text, 'example-token', [additionAt({app: 'example-app', keys: ['HEROKU_API_KEY'], name: 'example-app'})], where), () => 'new')
const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16()

describe('changeRotationFile', function () {
  const root = tempRoot()

  const encodings: [string, (text: string) => Buffer][] = [
    ['utf8', text => Buffer.from(text)],
    ['UTF-8 with a byte order mark', text => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16LE, as PowerShell redirects', text => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16BE', text => swapped(`\uFEFF${text}`)],
  ]
  for (const [what, bytes] of encodings) {
    it(`leaves every byte that was there, in ${what} with CRLF`, async function () {
      const path = join(root(), 'rotation.yml')
      await writeFile(path, bytes(before))
      const {added} = await add(path)
      expect(added).to.deep.equal(['example-app:HEROKU_API_KEY'])
      expect((await readFile(path)).equals(bytes(after))).to.equal(true)
      expect((await readText(path, path)).replace('\uFEFF', '')).to.equal(after)
    })
  }

  it('reads no more than a rotation file has, and nothing that has no end', async function () {
    const path = join(root(), 'rotation.yml')
    const refused = async () => (await errorOf(RotationError, add(path))).happened
    await writeFile(path, `version: 1\n${'#'.repeat(1024 * 1024)}`)
    expect(await refused()).to.equal(`${path} has more than 1 MiB, which no rotation file needs.`)
    if (process.platform === 'win32') return
    await rm(path)
    // A device without an end, but an empty one: where nothing refuses it, the test would eat all memory.
    await symlink('/dev/null', path)
    expect(await refused()).to.equal(`${path} is a device or a pipe, and no file.`)
  })

  it('writes a new file in the place of a link, and leaves what it leads to, as init --force does in a clone', async function () {
    const [path, profile] = [join(root(), 'rotation.yml'), join(root(), '.profile')]
    await writeFile(profile, 'export PATH=/bin\n')
    await symlink(profile, path)
    await changeRotationFile(path, text => ({added: [], text: `${text}`}), () => 'new', true)
    expect(await readFile(profile, 'utf8')).to.equal('export PATH=/bin\n')
    expect(await readFile(path, 'utf8')).to.equal('null')
    expect((await lstat(path)).isFile()).to.equal(true)
  })

  it('follows a link where it adds to a file', async function () {
    const [path, kept] = [join(root(), 'rotation.yml'), join(root(), 'kept.yml')]
    await writeFile(kept, before)
    await symlink(kept, path)
    await add(path)
    expect(await readFile(kept, 'utf8')).to.equal(after)
  })

  it('leaves a file alone whose bytes are no text', async function () {
    const path = join(root(), 'rotation.yml')
    const bytes = Buffer.from(before, 'latin1')
    await writeFile(path, bytes)
    const error = await errorOf(RotationError, add(path))
    expect(error).to.include({code: 'ROTATE_FILE', exit: 'usage'})
    expect((await readFile(path)).equals(bytes)).to.equal(true)
  })
})
