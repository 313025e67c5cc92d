import {expect} from 'chai'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {RotationError} from '../../../../src/lib/errors.js'
import {readText} from '../../../../src/lib/rotation-file/read-text.js'
import {errorOf} from '../../../support/failure.js'
import {tempRoot} from '../../../support/temp-root.js'

const MIB = 1024 * 1024

describe('the text of a rotation file', function () {
  const root = tempRoot()
  const path = () => join(root(), 'rotation.yml')

  it('is what the file holds, characters of several bytes whole', async function () {
    const text = `# ${'é'.repeat(100_000)}\n`
    await writeFile(path(), text)
    expect(await readText(path(), 'rotation.yml')).to.equal(text)
  })

  it('may have 1 MiB, and not a byte more', async function () {
    await writeFile(path(), 'a'.repeat(MIB))
    expect(await readText(path(), 'rotation.yml')).to.have.length(MIB)
    await writeFile(path(), 'a'.repeat(MIB + 1))
    const error = await errorOf(RotationError, readText(path(), 'rotation.yml'))
    expect(error).to.include({code: 'ROTATE_FILE', exit: 'usage', happened: 'rotation.yml has more than 1 MiB, which no rotation file needs.', now: 'Nothing was changed.'})
  })

  it('comes to an end where the file has none', async function () {
    expect((await errorOf(RotationError, readText('/dev/zero', '/dev/zero'))).happened).to.include('more than 1 MiB')
  })

  it('tells why it cannot be read', async function () {
    expect((await errorOf(RotationError, readText(path(), 'rotation.yml'))).happened).to.equal('The rotation file rotation.yml cannot be read (ENOENT).')
    expect((await errorOf(RotationError, readText(root(), 'ops'))).happened).to.include('(EISDIR)')
  })
})
