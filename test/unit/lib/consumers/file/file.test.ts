import {expect} from 'chai'
import {spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {chmod, link, lstat, mkdir, readdir, readFile, stat, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {file as adapter} from '../../../../../src/lib/consumers/file.js'
import {consumer} from '../../../../../src/lib/consumers/registry.js'
import {Interrupted, RotationError} from '../../../../../src/lib/errors.js'
import {Secret} from '../../../../../src/lib/secrecy/secret.js'
import {accessWith, inspected} from '../../../../support/access.js'
import {errorOf, failureOf} from '../../../../support/failure.js'
import {sampleToken} from '../../../../support/sample-token.js'
import {skip} from '../../../../support/skip.js'
import {tempRoot} from '../../../../support/temp-root.js'

const outgoing = sampleToken('outgoing')
const incoming = sampleToken('incoming')
const KEY = 'HEROKU_API_KEY'
const tokens = {incoming: new Secret(incoming), outgoing: new Secret(outgoing)}
const access = accessWith({tokens})

describe('consumers of kind file', function () {
  const root = tempRoot()

  const addressOf = (changes: object = {}) => adapter.address.parse({kind: 'file', path: join(root(), '.env'), ...changes})
  const give = (changes: object = {}) => adapter.write(addressOf(changes), new Map([['token', tokens.incoming]]), access)
  const refusal = (path: string) => errorOf(RotationError, inspected(adapter, addressOf({path}), access))
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

  it('does not touch a file that holds the value already', async function () {
    const path = await made(`HEROKU_API_KEY=${incoming}\n`)
    const {ino, mtimeMs} = await stat(path)
    expect(await give()).to.deep.equal({pending: false, release: null, stamp: null, wrote: false})
    expect(await stat(path)).to.include({ino, mtimeMs})
  })

  it('says that a file may be immutable, which no listing shows, and leaves it', async function () {
    const path = await made(`HEROKU_API_KEY=${outgoing}\n`)
    if (spawnSync('chattr', ['+i', path]).status !== 0) skip(this, 'no file can be made immutable here')
    try {
      expect((await errorOf(RotationError, give())).happened).to.include('(EPERM: it or its directory may be immutable')
    } finally {
      spawnSync('chattr', ['-i', path])
    }

    expect(await text()).to.equal(`HEROKU_API_KEY=${outgoing}\n`)
  })

  it('says while planning that nothing can be replaced in a directory that cannot be written, though the file can be read', async function () {
    const path = await made(`HEROKU_API_KEY=${outgoing}\n`)
    if (spawnSync('chattr', ['+i', root()]).status !== 0) skip(this, 'no directory can be made immutable here')
    try {
      expect((await refusal(path)).happened).to.include(`${root()} cannot be written, so no file in it can be replaced (EPERM`)
    } finally {
      spawnSync('chattr', ['-i', root()])
    }
  })

  it('keeps mode and owner', async function () {
    const path = await made(`HEROKU_API_KEY=${outgoing}\n`, {mode: 0o640})
    const {gid, uid} = await stat(path)
    await give()
    const after = await stat(path)
    expect(after).to.include({gid, uid})
    expect(after.mode & 0o7777).to.equal(0o640)
  })

  it('keeps an owner and a group that are not its own', async function () {
    if (process.getuid?.() !== 0) skip(this, 'only root gives files away')
    const path = await made(`HEROKU_API_KEY=${outgoing}\n`)
    const {chown} = await import('node:fs/promises')
    await chown(path, 12_345, 23_456)
    await give()
    expect(await stat(path)).to.include({gid: 23_456, uid: 12_345})
  })

  it('replaces what a link points at, and leaves the link', async function () {
    await mkdir(join(root(), 'dotfiles'))
    await made(`HEROKU_API_KEY=${outgoing}\n`, {name: 'dotfiles/env'})
    await symlink('dotfiles/env', join(root(), '.env'))
    await give()
    expect((await lstat(join(root(), '.env'))).isSymbolicLink()).to.equal(true)
    expect(await text('dotfiles/env')).to.equal(`HEROKU_API_KEY=${incoming}\n`)
  })

  it('leaves nothing beside the file', async function () {
    await made(`HEROKU_API_KEY=${outgoing}\n`)
    await give()
    expect(await readdir(root())).to.deep.equal(['.env'])
  })

  it('removes what an earlier process was killed over, even when there is nothing to write', async function () {
    const path = await made(`HEROKU_API_KEY=${incoming}\n`)
    const ofPath = createHash('sha256').update(path).digest('hex').slice(0, 8)
    await made(`HEROKU_API_KEY=${incoming}\n`, {name: `..env.${tokens.outgoing.fingerprint}-${ofPath}.rotating`})
    expect(await give()).to.include({wrote: false})
    expect(await readdir(root())).to.deep.equal(['.env'])
  })

  it('is written by several rotations at the same time', async function () {
    const several = ['A', 'B', 'C', 'D', 'E', 'F'].map(name => ({fresh: sampleToken(`new ${name}`), old: sampleToken(`old ${name}`)}))
    await made(several.map(({old}) => `${old}\n`).join(''))
    await Promise.all(several.map(({fresh, old}) =>
      adapter.write(addressOf(), new Map([['token', new Secret(fresh)]]), accessWith({tokens: {incoming: new Secret(fresh), outgoing: new Secret(old)}}))))
    expect(await text()).to.equal(several.map(({fresh}) => `${fresh}\n`).join(''))
    expect(await readdir(root())).to.deep.equal(['.env'])
  })

  it('is written through several links at the same time', async function () {
    await made(`HEROKU_API_KEY=${outgoing}\n`)
    const links = await Promise.all(['a', 'b', 'c'].map(async name => {
      const path = join(root(), name)
      await symlink('.env', path)
      return {path}
    }))
    const written = await Promise.all([{}, ...links].map(changes => give(changes)))
    expect(written.filter(({wrote}) => wrote)).to.have.length(1)
    expect(await text()).to.equal(`HEROKU_API_KEY=${incoming}\n`)
    expect(await readdir(root())).to.have.members(['.env', 'a', 'b', 'c'])
  })

  it('is refused where there is none, and nobody asked for the token to be added', async function () {
    for (const known of [access, accessWith()]) {
      const error = await errorOf(RotationError, inspected(adapter, addressOf(), known))
      expect(error).to.include({code: 'ROTATE_NOT_HELD_HERE', happened: `${join(root(), '.env')} does not exist.`})
      expect(error.next.join('\n')).to.include('add: true')
    }

    expect(await readdir(root())).to.deep.equal([])
  })

  it('tells what may be the token where nobody knows it yet, and holds it where that is one', async function () {
    const uuid = '01234567-89ab-cdef-0123-456789abcdef'
    const unknown = accessWith()
    const candidates = async (content: Buffer | string) => {
      await writeFile(join(root(), '.env'), content, {mode: 0o600})
      const {candidates = []} = await adapter.inspect(addressOf(), unknown)
      const values = await adapter.read(addressOf(), unknown)
      return {candidates: candidates.map(({token}) => token.expose(value => value)), values: [...values.values()].map(one => one?.expose(value => value))}
    }

    expect(await candidates(`A=${outgoing}\nB="${outgoing}"\n`)).to.deep.equal({candidates: [outgoing], values: [outgoing]})
    expect(await candidates(Buffer.from(`\uFEFF$env:A = "${outgoing}"`, 'utf16le'))).to.deep.equal({candidates: [outgoing], values: [outgoing]})
    expect(await candidates(`A=${outgoing}\nB=${uuid}\n`)).to.deep.equal({candidates: [outgoing, uuid], values: []})
    expect(await candidates('A=1\n')).to.deep.equal({candidates: [], values: []})
  })

  it('holds the outgoing token as long as that stands anywhere, and the incoming one only then', async function () {
    const held = async (content: string) => {
      await made(content)
      const value = (await adapter.read(addressOf(), access)).get('token')
      return value === undefined ? undefined : (value?.expose(one => one) ?? null)
    }

    expect(await held(`${incoming}\n${outgoing}\n`)).to.equal(outgoing)
    expect(await held(`${incoming}\n`)).to.equal(incoming)
    expect(await held(`${sampleToken('other')}\n`)).to.equal(null)
  })

  it('tells the lines that change, with the name of the key, never a value', async function () {
    await made(`export HEROKU_API_KEY=${outgoing}\n\nexport HEROKU_API_KEY=${outgoing}\nx ${outgoing}`, {mode: 0o644})
    const {remarks, warnings = []} = await inspected(adapter, addressOf({format: 'shell', key: KEY}), access)
    expect(remarks).to.deep.equal([
      'open shells keep the old token until they are started again', 'line 1, 3: HEROKU_API_KEY', 'line 4', 'format, key: only used with add; the token is replaced wherever it stands',
    ])
    expect(warnings).to.deep.equal(['other users of this machine can read it (chmod go-r)'])
  })

  it('is not given back where the incoming token is not known, unless it holds the outgoing one', async function () {
    const unknown = accessWith({isBack: true, tokens: {...tokens, incoming: null}})
    const values = new Map([['token', tokens.outgoing]])
    await made(`A=${incoming}\n`)
    expect((await errorOf(RotationError, adapter.write(addressOf(), values, unknown))).code).to.equal('ROTATE_FILE_VALUE')
    await made(`A=${outgoing}\n`)
    expect(await adapter.write(addressOf(), values, unknown)).to.include({wrote: false})
  })

  it('refuses a file that others can write, and tells how to mend it', async function () {
    for (const mode of [0o620, 0o602]) {
      const path = await made(`HEROKU_API_KEY=${outgoing}\n`, {mode})
      const error = await refusal(path)
      expect(error.happened).to.equal(`others can write ${path}.`)
      expect(error.next).to.deep.equal([`chmod go-w ${path}`])
    }
  })

  it('refuses to write it too, when that has changed since', async function () {
    await made(`HEROKU_API_KEY=${outgoing}\n`, {mode: 0o666})
    expect(await failureOf(give())).to.be.instanceOf(RotationError)
    expect(await text()).to.equal(`HEROKU_API_KEY=${outgoing}\n`)
  })

  it('refuses a directory in which everybody can replace it, unless it is sticky', async function () {
    const directory = join(root(), 'open')
    await mkdir(directory)
    const path = await made(`HEROKU_API_KEY=${outgoing}\n`, {name: 'open/.env'})
    await chmod(directory, 0o777)
    expect((await refusal(path)).next).to.deep.equal([`chmod o-w ${directory}`])
    await chmod(directory, 0o1777)
    await inspected(adapter, addressOf({path}), access)
  })

  it('refuses what is not a file of its own', async function () {
    await mkdir(join(root(), 'directory'))
    expect((await refusal(join(root(), 'directory'))).happened).to.include('not a regular file')
    await symlink('nowhere', join(root(), 'dangling'))
    expect((await refusal(join(root(), 'dangling'))).happened).to.include('link to a file that does not exist')
    await link(await made(`HEROKU_API_KEY=${outgoing}\n`), join(root(), 'other'))
    expect((await refusal(join(root(), 'other'))).happened).to.include('a second name')
    expect((await refusal(join(root(), 'no/such/.env'))).happened).to.include('no directory')
    expect((await refusal(join(root(), 'other/.env'))).happened).to.include('ENOTDIR')
  })

  it('refuses what is no text, and would be damaged by a token of another length', async function () {
    for (const begin of ['bplist00', 'SQLite format 3\0', 'PK\u0003\u0004']) {
      const error = await refusal(await made(`${begin}${outgoing}`))
      expect(error.happened).to.include('is not text')
    }
  })

  it('never runs a shell file', async function () {
    const trap = join(root(), 'ran')
    await made(`touch ${trap}\n: $(touch ${trap})\nexport HEROKU_API_KEY=${outgoing}\n`)
    await inspected(adapter, addressOf({format: 'shell'}), access)
    await give({format: 'shell'})
    expect(await readdir(root())).to.deep.equal(['.env'])
  })

  it('starts nothing once it is interrupted', async function () {
    await made(`HEROKU_API_KEY=${outgoing}\n`)
    const interrupted = accessWith({signal: AbortSignal.abort(new Interrupted())})
    expect(await failureOf(adapter.write(addressOf(), new Map([['token', tokens.incoming]]), interrupted))).to.be.instanceOf(Interrupted)
    expect(await text()).to.equal(`HEROKU_API_KEY=${outgoing}\n`)
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
      {add: true}, {add: false, format: 'shell'}, {path: '$HOME/.env'}, {path: String.raw`%USERPROFILE%\.env`},
    ]
    for (const changes of refused) expect(adapter.address.safeParse({kind: 'file', path: '.env', ...changes}).success, JSON.stringify(changes)).to.equal(false)
  })

  it('is one consumer, whatever its keys', function () {
    expect(adapter.id(addressOf({format: 'shell', key: 'A'}))).to.equal(`file:${join(root(), '.env')}`)
    expect(consumer(addressOf()).apps).to.deep.equal([])
  })
})
