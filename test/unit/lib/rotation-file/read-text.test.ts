import {expect} from 'chai'
import {execa} from 'execa'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {RotationError} from '../../../../src/lib/errors.js'
import {readText} from '../../../../src/lib/rotation-file/read-text.js'
import {nodeOptions, urlOf} from '../../../support/compiled.js'
import {errorOf} from '../../../support/failure.js'
import {skip} from '../../../support/skip.js'
import {tempRoot} from '../../../support/temp-root.js'

const MIB = 1024 * 1024
const source = urlOf(new URL('../../../../src/lib/rotation-file/read-text.ts', import.meta.url))
const readsStdin = `import('${source}').then(({readText}) => readText('/dev/stdin', 'stdin')).then(text => console.log(text.trim()))`

describe('the text of a rotation file', function () {
  const root = tempRoot()
  const path = () => join(root(), 'rotation.yml')

  it('is what the file holds, characters of several bytes whole', async function () {
    const text = `# ${'é'.repeat(100_000)}\n`
    await writeFile(path(), text)
    expect(await readText(path(), 'rotation.yml')).to.equal(text)
  })

  it('is that of a file with a similar name, where there is none of this name', async function () {
    await writeFile(path(), '')
    const error = await errorOf(RotationError, readText(join(root(), 'rotatoin.yml'), 'ops/rotatoin.yml'))
    expect(error.happened).to.match(/^There is no file ops\/rotatoin\.yml in .*\. Did you mean ops\/rotation\.yml\?$/)
    expect(error.steps[0]).to.deep.equal({instead: {meant: 'ops/rotation.yml', typed: 'ops/rotatoin.yml'}})
  })

  it('may have 1 MiB, and not a byte more', async function () {
    await writeFile(path(), 'a'.repeat(MIB))
    expect(await readText(path(), 'rotation.yml')).to.have.length(MIB)
    await writeFile(path(), 'a'.repeat(MIB + 1))
    const error = await errorOf(RotationError, readText(path(), 'rotation.yml'))
    expect(error).to.include({code: 'ROTATE_FILE', exit: 'usage', happened: 'rotation.yml has more than 1 MiB, which no rotation file needs.', now: 'Nothing was changed.'})
  })

  it('comes to an end where what is read has none', async function () {
    if (process.platform === 'win32') return skip(this, 'there are no pipes with a path')
    const {stderr} = await execa('sh', ['-c', `cat /dev/zero | node ${nodeOptions.join(' ')} -e "$0"`, readsStdin], {reject: false})
    expect(stderr).to.include('more than 1 MiB')
  })

  it('is not that of a device, nor of a pipe, for whose writer nothing waits', async function () {
    if (process.platform === 'win32') return skip(this, 'there are no pipes with a path')
    await execa('sh', ['-c', 'mkfifo "$0"', path()])
    for (const each of [path(), '/dev/zero', '/dev/null']) {
      const error = await errorOf(RotationError, readText(each, 'ops'))
      expect(error).to.include({code: 'ROTATE_FILE', happened: 'ops is a device or a pipe, and no file.', now: 'Nothing was changed.'})
    }
  })

  it('may come over stdin, which the shell has opened', async function () {
    if (process.platform === 'win32') return skip(this, 'there are no pipes with a path')
    const {stdout} = await execa('sh', ['-c', `printf "version: 1" | node ${nodeOptions.join(' ')} -e "$0"`, readsStdin])
    expect(stdout).to.equal('version: 1')
  })

  it('tells why it cannot be read', async function () {
    expect((await errorOf(RotationError, readText(path(), 'rotation.yml'))).happened).to.equal(`There is no file rotation.yml in ${process.cwd()}.`)
    expect((await errorOf(RotationError, readText(root(), 'ops'))).happened).to.include('(EISDIR)')
  })
})
