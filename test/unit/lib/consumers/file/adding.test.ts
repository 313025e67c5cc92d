import {expect} from 'chai'
import {readdir, readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {file as adapter} from '../../../../../src/lib/consumers/file.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {Secret} from '../../../../../src/lib/secrecy/secret.js'
import {accessWith, inspected} from '../../../../support/access.js'
import {errorOf} from '../../../../support/failure.js'
import {everythingIn} from '../../../../support/leaks.js'
import {sampleToken} from '../../../../support/sample-token.js'
import {tempRoot} from '../../../../support/temp-root.js'

const incoming = sampleToken('incoming')
const tokens = {incoming: new Secret(incoming), outgoing: new Secret(sampleToken('outgoing'))}
const access = accessWith({tokens})

describe('a file that never held the token and is to get it', function () {
  const root = tempRoot()
  const path = () => join(root(), '.env')
  const at = (changes: object = {}) => adapter.address.parse({add: true, format: 'dotenv', kind: 'file', path: path(), ...changes})
  const give = (changes: object = {}) => adapter.write(at(changes), new Map([['token', tokens.incoming]]), access)
  const giveBack = (changes: object = {}) => adapter.write(at(changes), new Map([['token', null]]), {...access, isBack: true})

  const added: [format: string, changes: object, line: string][] = [
    ['dotenv', {}, `HEROKU_API_KEY=${incoming}`],
    ['shell', {key: 'TOKEN'}, `export TOKEN=${incoming}`],
    ['fish', {}, `set -gx HEROKU_API_KEY ${incoming}`],
    ['powershell', {}, `$env:HEROKU_API_KEY = "${incoming}"`],
    ['netrc', {}, `machine api.heroku.com\n  login heroku\n  password ${incoming}`],
  ]
  for (const [format, changes, line] of added) {
    it(`has it added in the syntax of ${format}, with its own line ends and encoding, and taken out again`, async function () {
      const of = {format, ...changes}
      for (const encode of [Buffer.from, (all: string) => Buffer.from(`\uFEFF${all}`, 'utf16le')]) {
        for (const [before, after] of [['', `${line}\n`], ['A=1\n', `A=1\n${line}\n`], ['A=1', `A=1\n${line}`], ['A=1\r\nB=2', `A=1\r\nB=2\r\n${line.replaceAll('\n', '\r\n')}`]]) {
          await writeFile(path(), encode(before ?? ''), {mode: 0o600})
          const {remarks, values} = await inspected(adapter, at(of), access)
          expect([...values]).to.deep.equal([['token', null]])
          expect(remarks).to.include('the token is added at the end')
          expect(await give(of)).to.include({wrote: true})
          expect(await readFile(path())).to.deep.equal(encode(after ?? ''))
          expect(await give(of)).to.include({wrote: false})
          expect(await giveBack(of)).to.include({wrote: true})
          expect(await readFile(path())).to.deep.equal(encode(before ?? ''))
          expect(await giveBack(of)).to.include({wrote: false})
        }
      }
    })
  }

  it('is made, for nobody else, where there is none, and removed when that is given back', async function () {
    const of = {format: 'shell'}
    const {remarks} = await inspected(adapter, at(of), access)
    expect(remarks).to.include('the file does not exist and will be made')
    await give(of)
    expect((await stat(path())).mode & 0o777).to.equal(0o600)
    expect(await readFile(path(), 'utf8')).to.include(`\nexport HEROKU_API_KEY=${incoming}\n`)
    await giveBack(of)
    expect(await readdir(root())).to.deep.equal([])
    expect(await giveBack(of)).to.include({wrote: false})
  })

  it('keeps what somebody has written below it since', async function () {
    await writeFile(path(), 'A=1', {mode: 0o600})
    await give()
    await writeFile(path(), `${await readFile(path(), 'utf8')}\nB=2\n`)
    await giveBack()
    expect(await readFile(path(), 'utf8')).to.equal('A=1\nB=2\n')
  })

  it('is left to a person where the line that was added is another one by now', async function () {
    await writeFile(path(), 'A=1\n', {mode: 0o600})
    await give()
    const edited = `A=1\nexport HEROKU_API_KEY=${incoming} # mine\n`
    await writeFile(path(), edited)
    expect((await errorOf(RotationError, giveBack())).happened).to.include('Somebody has edited')
    expect(await readFile(path(), 'utf8')).to.equal(edited)
  })

  it('gets no line where the name of the key stands anywhere in it', async function () {
    const before = '# heroku_api_key is kept elsewhere\n'
    await writeFile(path(), before, {mode: 0o600})
    for (const work of [inspected(adapter, at(), access), give()]) {
      const error = await errorOf(RotationError, work)
      expect(error.code).to.equal('ROTATE_NOT_HELD_HERE')
      expect(error.happened).to.include('has HEROKU_API_KEY already')
    }

    expect(await readFile(path(), 'utf8')).to.equal(before)
  })

  const wide = (text: string) => Buffer.from(text, 'utf16le')
  for (const [encoding, encode] of [['UTF-16LE', wide], ['UTF-16BE', (text: string) => wide(text).swap16()]] as const) {
    it(`has it added in ${encoding} without a byte order mark, where the rest of it is that`, async function () {
      await writeFile(path(), encode('A=1\r\n'), {mode: 0o600})
      await give()
      expect(await readFile(path())).to.deep.equal(encode(`A=1\r\nHEROKU_API_KEY=${incoming}\r\n`))
      await giveBack()
      expect(await readFile(path())).to.deep.equal(encode('A=1\r\n'))
      await writeFile(path(), encode('# heroku_api_key\n'))
      expect((await errorOf(RotationError, give())).happened).to.include('has HEROKU_API_KEY already')
    })
  }

  for (const [program, before] of [
    ['sops', 'A=ENC[AES256_GCM,data:x,type:str]\nsops_version=3.7\n'],
    ['git-crypt', '\0GITCRYPT\0\u0001\u0002'],
    ['ansible-vault', '$ANSIBLE_VAULT;1.1;AES256\n6162\n'],
    ['age', 'age-encryption.org/v1\n-> X25519 abc\n'],
    ['dotenvx', 'A="encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt"\n'],
  ] as const) {
    it(`gets no line where ${program} has encrypted it: the token would stand there in plain`, async function () {
      await writeFile(path(), before, {mode: 0o600})
      for (const work of [inspected(adapter, at(), access), give()]) {
        const error = await errorOf(RotationError, work)
        expect(error.code).to.equal('ROTATE_NOT_HELD_HERE')
        expect(error.happened).to.include('is encrypted')
        expect(everythingIn(error)).not.to.include('add: true')
      }

      expect(await readFile(path(), 'utf8')).to.equal(before)
    })
  }

  it('has it added where a comment only speaks of encryption', async function () {
    const before = '# not encrypted: see $ENC[0]\n'
    await writeFile(path(), before, {mode: 0o600})
    await give()
    expect(await readFile(path(), 'utf8')).to.equal(`${before}HEROKU_API_KEY=${incoming}\n`)
  })

  it('gets none that would need quotes', async function () {
    await writeFile(path(), 'A=1\n', {mode: 0o600})
    const error = await errorOf(RotationError, adapter.write(at(), new Map([['token', new Secret('a\nb')]]), access))
    expect(error.code).to.equal('ROTATE_FILE_VALUE')
    expect(await readFile(path(), 'utf8')).to.equal('A=1\n')
  })
})
