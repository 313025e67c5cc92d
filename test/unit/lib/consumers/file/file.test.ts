import {expect} from 'chai'
import {chmod, link, lstat, mkdir, readdir, readFile, stat, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {file as adapter} from '../../../../../src/lib/consumers/file.js'
import {consumer} from '../../../../../src/lib/consumers/registry.js'
import {Interrupted, RotationError} from '../../../../../src/lib/errors.js'
import {Secret} from '../../../../../src/lib/secrecy/secret.js'
import {accessWith} from '../../../../support/access.js'
import {errorOf, failureOf} from '../../../../support/failure.js'
import {sampleToken} from '../../../../support/sample-token.js'
import {skip} from '../../../../support/skip.js'
import {tempRoot} from '../../../../support/temp-root.js'

const outgoing = sampleToken('outgoing')
const incoming = sampleToken('incoming')
const access = accessWith()

describe('consumers of kind file', function () {
  const root = tempRoot()

  const addressOf = (changes: Record<string, string> = {}) => adapter.address.parse({format: 'dotenv', kind: 'file', path: join(root(), '.env'), ...changes})
  const give = (value: null | string, changes: Record<string, string> = {}, key = 'HEROKU_API_KEY') =>
    adapter.write(addressOf(changes), new Map([[key, value === null ? null : new Secret(value)]]), access)
  const refusal = (path: string) => errorOf(RotationError, adapter.inspect(addressOf({path}), access))
  const text = (name = '.env') => readFile(join(root(), name), 'utf8')

  before('needs modes', function () {
    if (process.platform === 'win32') skip(this, 'Windows has no modes')
  })

  async function made(content: string, {mode = 0o600, name = '.env'} = {}): Promise<string> {
    const path = join(root(), name)
    await writeFile(path, content)
    await chmod(path, mode)
    return path
  }

  it('writes, reads back and gives back, byte for byte', async function () {
    const before = `# keys\r\nHEROKU_API_KEY="${outgoing}" # of the console\r\nA=1`
    await made(before)
    expect(await give(incoming)).to.deep.equal({pending: false, release: null, stamp: null, wrote: true})
    expect(await text()).to.equal(before.replace(outgoing, incoming))
    const values = await adapter.read(addressOf(), access)
    expect(new Secret(incoming).equals(values.get('HEROKU_API_KEY'))).to.equal(true)
    await give(outgoing)
    expect(await text()).to.equal(before)
  })

  it('does not touch a file that holds the value already', async function () {
    const path = await made(`HEROKU_API_KEY=${incoming}\n`)
    const {ino, mtimeMs} = await stat(path)
    expect(await give(incoming)).to.include({wrote: false})
    expect(await stat(path)).to.include({ino, mtimeMs})
  })

  it('keeps mode and owner', async function () {
    const path = await made('HEROKU_API_KEY=a\n', {mode: 0o640})
    const {gid, uid} = await stat(path)
    await give(incoming)
    const after = await stat(path)
    expect(after).to.include({gid, uid})
    expect(after.mode & 0o7777).to.equal(0o640)
  })

  it('keeps an owner and a group that are not its own', async function () {
    if (process.getuid?.() !== 0) skip(this, 'only root gives files away')
    const path = await made('HEROKU_API_KEY=a\n')
    const {chown} = await import('node:fs/promises')
    await chown(path, 12_345, 23_456)
    await give(incoming)
    expect(await stat(path)).to.include({gid: 23_456, uid: 12_345})
  })

  it('replaces what a link points at, and leaves the link', async function () {
    await mkdir(join(root(), 'dotfiles'))
    await made('HEROKU_API_KEY=a\n', {name: 'dotfiles/env'})
    await symlink('dotfiles/env', join(root(), '.env'))
    await give(incoming)
    expect((await lstat(join(root(), '.env'))).isSymbolicLink()).to.equal(true)
    expect(await text('dotfiles/env')).to.equal(`HEROKU_API_KEY=${incoming}\n`)
  })

  it('leaves nothing beside the file', async function () {
    await made('HEROKU_API_KEY=a\n')
    await give(incoming)
    expect(await readdir(root())).to.deep.equal(['.env'])
  })

  it('removes what an earlier process was killed over, even when there is nothing to write', async function () {
    await made(`HEROKU_API_KEY=${outgoing}\n`)
    await made(`HEROKU_API_KEY=${incoming}\n`, {name: '..env.HEROKU_API_KEY.rotating'})
    expect(await give(outgoing)).to.include({wrote: false})
    expect(await readdir(root())).to.deep.equal(['.env'])
  })

  it('writes several keys of one file at the same time', async function () {
    const keys = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']
    await made(keys.map(key => `${key}=a\n`).join(''))
    await Promise.all(keys.map(key => give(incoming, {key}, key)))
    expect(await text()).to.equal(keys.map(key => `${key}=${incoming}\n`).join(''))
  })

  it('adds a line, and takes it out when that is given back', async function () {
    await made('A=1\n')
    const {remarks, values} = await adapter.inspect(addressOf(), access)
    expect([...values]).to.deep.equal([['HEROKU_API_KEY', null]])
    expect(remarks).to.deep.equal(['a line is added at the end'])
    await give(incoming)
    expect(await text()).to.equal(`A=1\nHEROKU_API_KEY=${incoming}\n`)
    await give(null)
    expect(await text()).to.equal('A=1\n')
    expect(await give(null)).to.include({wrote: false})
  })

  it('makes a file of its own, for nobody else, and removes it when that is given back', async function () {
    const {remarks} = await adapter.inspect(addressOf({format: 'shell'}), access)
    expect(remarks).to.include('the file does not exist and is made')
    await give(incoming, {format: 'shell'})
    expect((await stat(join(root(), '.env'))).mode & 0o777).to.equal(0o600)
    expect(await text()).to.include(`\nexport HEROKU_API_KEY=${incoming}\n`)
    await give(null, {format: 'shell'})
    expect(await readdir(root())).to.deep.equal([])
    expect(await give(null, {format: 'shell'})).to.include({wrote: false})
  })

  it('leaves a file that was there and empty', async function () {
    await made('')
    await give(incoming)
    await give(null)
    expect(await text()).to.equal('')
  })

  it('tells the lines that change, never a value', async function () {
    await made(`export HEROKU_API_KEY=${outgoing}\n\nexport HEROKU_API_KEY=${outgoing}\n`, {mode: 0o644})
    const {remarks, warnings = []} = await adapter.inspect(addressOf({format: 'shell'}), access)
    expect([...remarks, ...warnings]).to.have.length(3)
    expect(remarks[0]).to.include('lines 1, 3')
    expect(remarks[1]).to.include('shells that are open')
    expect(warnings[0]).to.include('other users')
    expect([...remarks, ...warnings].join(' ')).to.not.include(outgoing)
  })

  it('keeps the login of a netrc, and makes no machine', async function () {
    const path = await made(`machine api.heroku.com\n  login ann@example.com\n  password ${outgoing}\n`, {name: '.netrc'})
    const at = {format: 'netrc', path}
    expect(adapter.keys(addressOf(at))).to.deep.equal(['api.heroku.com'])
    await give(incoming, at, 'api.heroku.com')
    expect(await text('.netrc')).to.equal(`machine api.heroku.com\n  login ann@example.com\n  password ${incoming}\n`)
    const error = await errorOf(RotationError, adapter.inspect(addressOf({...at, machine: 'git.heroku.com'}), access))
    expect(error.happened).to.include('no password of the machine git.heroku.com')
  })

  it('refuses a file that others can write, and tells how to mend it', async function () {
    for (const mode of [0o620, 0o602]) {
      const path = await made('HEROKU_API_KEY=a\n', {mode})
      const error = await refusal(path)
      expect(error.happened).to.equal(`others can write ${path}.`)
      expect(error.next).to.deep.equal([`chmod go-w ${path}`])
    }
  })

  it('refuses to write it too, when that has changed since', async function () {
    await made('HEROKU_API_KEY=a\n', {mode: 0o666})
    expect(await failureOf(give(incoming))).to.be.instanceOf(RotationError)
    expect(await text()).to.equal('HEROKU_API_KEY=a\n')
  })

  it('refuses a directory in which everybody can replace it, unless it is sticky', async function () {
    const directory = join(root(), 'open')
    await mkdir(directory)
    const path = await made('HEROKU_API_KEY=a\n', {name: 'open/.env'})
    await chmod(directory, 0o777)
    expect((await refusal(path)).next).to.deep.equal([`chmod o-w ${directory}`])
    await chmod(directory, 0o1777)
    await adapter.inspect(addressOf({path}), access)
  })

  it('refuses what is not a file of its own', async function () {
    await mkdir(join(root(), 'directory'))
    expect((await refusal(join(root(), 'directory'))).happened).to.include('not a regular file')
    await symlink('nowhere', join(root(), 'dangling'))
    expect((await refusal(join(root(), 'dangling'))).happened).to.include('link to a file that does not exist')
    await link(await made('HEROKU_API_KEY=a\n'), join(root(), 'other'))
    expect((await refusal(join(root(), 'other'))).happened).to.include('another name')
    expect((await refusal(join(root(), 'no/such/.env'))).happened).to.include('no directory')
    expect((await refusal(join(root(), 'other/.env'))).happened).to.include('ENOTDIR')
  })

  it('refuses what it would have to guess at, with the line and without the value', async function () {
    const path = await made(`A=1\nHEROKU_API_KEY="${outgoing}$A"\n`)
    const error = await refusal(path)
    expect(error.code).to.equal('ROTATE_FILE_UNCLEAR')
    expect(error.happened).to.include(`${path}:2 `)
    expect(error.message + error.stack).to.not.include(outgoing)
  })

  it('refuses a value that the format cannot hold, and changes nothing', async function () {
    await made('HEROKU_API_KEY=a\n')
    const error = await errorOf(RotationError, give('a\nb'))
    expect(error.code).to.equal('ROTATE_FILE_VALUE')
    expect(await text()).to.equal('HEROKU_API_KEY=a\n')
    expect(await readdir(root())).to.deep.equal(['.env'])
  })

  it('never runs a shell file', async function () {
    const trap = join(root(), 'ran')
    await made(`touch ${trap}\n: $(touch ${trap})\nexport HEROKU_API_KEY=a\n`)
    await adapter.inspect(addressOf({format: 'shell'}), access)
    await give(incoming, {format: 'shell'})
    expect(await readdir(root())).to.deep.equal(['.env'])
  })

  it('starts nothing once it is interrupted', async function () {
    await made('HEROKU_API_KEY=a\n')
    const interrupted = accessWith({signal: AbortSignal.abort(new Interrupted())})
    expect(await failureOf(adapter.write(addressOf(), new Map([['HEROKU_API_KEY', new Secret(incoming)]]), interrupted))).to.be.instanceOf(Interrupted)
    expect(await text()).to.equal('HEROKU_API_KEY=a\n')
  })

  it('makes paths absolute', function () {
    const where = {directory: '/work/project', home: '/home/ann'}
    const located = (path: string) => adapter.locate(addressOf({path}), where).path
    expect(located('~/.zshrc')).to.equal('/home/ann/.zshrc')
    expect(located('config/../.env')).to.equal('/work/project/.env')
    expect(located('/etc/env')).to.equal('/etc/env')
  })

  it('accepts of each format only what it has', function () {
    const refused = [
      {format: 'netrc', key: 'A'}, {machine: 'a'}, {key: 'A-B'}, {format: 'ini'}, {path: ''}, {path: '~other/.env'}, {path: 'a\nb'}, {extra: 'x'}, {format: 'netrc', machine: 'a b'},
    ]
    for (const changes of refused) expect(adapter.address.safeParse({format: 'dotenv', kind: 'file', path: '.env', ...changes}).success, JSON.stringify(changes)).to.equal(false)
  })

  it('tells the keys of one file apart', function () {
    expect(adapter.id(addressOf({key: 'A'}))).to.not.equal(adapter.id(addressOf()))
    expect(consumer(addressOf()).apps).to.deep.equal([])
  })
})
