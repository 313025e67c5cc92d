import {expect} from 'chai'
import {readlinkSync} from 'node:fs'
import {chmod, chown, link, mkdir, open, readdir, readFile, rmdir, stat, symlink, writeFile} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {RotationError} from '../../../../src/lib/errors.js'
import {realDisk, refuseForeign} from '../../../../src/lib/system/disk.js'
import {errorOf, failureOf} from '../../../support/failure.js'
import {seededRandom} from '../../../support/in-process.js'
import {skip} from '../../../support/skip.js'
import {tempRoot} from '../../../support/temp-root.js'

function disk() {
  const random = seededRandom('disk')
  return realDisk(() => Buffer.from(random.bytes(6)).toString('hex'))
}

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

/** Which files and directories are fsynced from now on, by the file system itself. */
async function watchSyncs(then = async () => {}): Promise<{paths: string[]; stop(): void}> {
  const self = await open(fileURLToPath(import.meta.url))
  const handles: unknown = Object.getPrototypeOf(self)
  await self.close()
  if (!isSyncable(handles)) throw new TypeError('a file handle can be synced')
  const {sync} = handles
  const paths: string[] = []
  handles.sync = async function () {
    paths.push(readlinkSync(`/proc/self/fd/${this.fd}`))
    await sync.call(this)
    if (paths.length === 1) await then()
  }

  return {
    paths,
    stop() {
      handles.sync = sync
    },
  }
}

type Syncable = {fd: number; sync(this: Syncable): Promise<void>}
const isSyncable = (value: unknown): value is Syncable => typeof value === 'object' && value !== null && 'sync' in value

describe('realDisk', function () {
  const root = tempRoot()
  const file = () => join(root(), 'data', 'deep', 'file')

  const makings: [string, (path: string) => Promise<unknown>][] = [
    ['append', path => disk().append(path, 'line\n', 0)],
    ['claim', path => disk().claim(path, 'content')],
    ['replace', path => disk().replace(path, 'content')],
  ]
  for (const [name, make] of makings) {
    it(`makes a file that only its owner can read, in directories of the same kind (${name})`, async function () {
      if (process.platform === 'win32') skip(this, 'Windows has no modes')
      await make(file())
      expect([await mode(file()), await mode(dirname(file())), await mode(join(root(), 'data'))]).to.deep.equal(['600', '700', '700'])
    })

    it(`is on disk when it resolves, its name too (${name})`, async function () {
      if (process.platform !== 'linux') skip(this, 'only Linux tells which file a handle is of')
      const synced = await watchSyncs()
      try {
        await make(file())
        expect(synced.paths.map(path => basename(path).replace(/^file\..*/, 'file'))).to.include.members(['file', 'deep'])
        // The directories were made too.
        expect(synced.paths).to.include.members([join(root(), 'data'), root()])
        expect(synced.paths.at(-1)).to.equal(dirname(file()))
      } finally {
        synced.stop()
      }
    })

    it(`leaves nothing beside the file (${name})`, async function () {
      await make(file())
      expect(await readdir(dirname(file()))).to.deep.equal(['file'])
    })
  }

  it('reads null where there is no file', async function () {
    expect(await disk().read(file())).to.equal(null)
  })

  it('passes on that a file cannot be read', async function () {
    await mkdir(file(), {recursive: true})
    expect(await errorOf(Error, disk().read(file()))).to.have.property('code', 'EISDIR')
  })

  it('lists names in order, without what is half made, and nothing where there is no directory', async function () {
    expect(await disk().list(join(root(), 'none'))).to.deep.equal([])
    for (const name of ['b', 'a', 'c.123.tmp']) await writeFile(join(root(), name), '')
    expect(await disk().list(root())).to.deep.equal(['a', 'b'])
  })

  describe('append', function () {
    it('adds lines', async function () {
      await disk().append(file(), 'one\n', 0)
      await disk().append(file(), 'two\n', 4)
      expect(await disk().read(file())).to.equal('one\ntwo\n')
    })

    it('cuts what is behind the part to keep', async function () {
      await disk().append(file(), 'one\ntw', 0)
      await disk().append(file(), 'three\n', 4)
      expect(await disk().read(file())).to.equal('one\nthree\n')
    })
  })

  describe('claim', function () {
    it('is won by one of many', async function () {
      const shared = disk()
      const claims = await Promise.all(Array.from({length: 20}, (_, index) => shared.claim(join(root(), 'claims', `${index % 4}`), `by ${index}`)))
      for (const group of [0, 1, 2, 3]) {
        const winners = claims.flatMap((won, index) => (won && index % 4 === group ? [index] : []))
        expect(winners).to.have.length(1)
        expect(await disk().read(join(root(), 'claims', `${group}`))).to.equal(`by ${winners[0]}`)
      }

      expect(await readdir(join(root(), 'claims'))).to.have.length(4)
    })

    it('does not touch what is there', async function () {
      await disk().replace(file(), 'first')
      expect(await disk().claim(file(), 'second')).to.equal(false)
      expect(await disk().read(file())).to.equal('first')
    })

    it('is lost where somebody shreds the file meanwhile', async function () {
      if (process.platform !== 'linux') skip(this, 'only Linux tells which file a handle is of')
      const synced = await watchSyncs(() => disk().shred(file()))
      try {
        await mkdir(dirname(file()), {recursive: true})
        expect(await disk().claim(file(), 'content')).to.equal(false)
        expect(await readdir(dirname(file()))).to.deep.equal([])
      } finally {
        synced.stop()
      }
    })
  })

  describe('replace', function () {
    it('shows whole contents only, whenever one looks', async function () {
      const contents = ['a'.repeat(100_000), 'b'.repeat(50_000)]
      await disk().replace(file(), contents[0] ?? '')
      const seen = new Set<null | string>()
      for (let turn = 0; turn < 20; turn++) {
        const replacing = disk().replace(file(), contents[turn % 2] ?? '')
        for (let look = 0; look < 10; look++) seen.add(await disk().read(file()))
        await replacing
      }

      for (const content of seen) expect(content).to.be.oneOf(contents)
    })

    it('leaves what it could not finish under a name that the next one takes, and that shred knows', async function () {
      await mkdir(file(), {recursive: true})
      await errorOf(Error, disk().replace(file(), 'new'))
      await errorOf(Error, disk().replace(file(), 'newer'))
      expect(await readdir(dirname(file()))).to.deep.equal(['file', 'file.tmp'])
      expect(await disk().list(dirname(file()))).to.deep.equal(['file'])
      await rmdir(file())
      await disk().shred(file())
      expect(await readdir(dirname(file()))).to.deep.equal([])
    })
  })

  describe('shred', function () {
    it('removes the file', async function () {
      await disk().replace(file(), 'secret')
      await disk().shred(file())
      expect(await readdir(dirname(file()))).to.deep.equal([])
    })

    it('overwrites the bytes before it removes the name', async function () {
      if (process.platform === 'win32') skip(this, 'Windows keeps no second name of an open file')
      await disk().replace(file(), 'secret')
      await link(file(), join(root(), 'other name'))
      await disk().shred(file())
      expect(await readFile(join(root(), 'other name'))).to.deep.equal(Buffer.alloc(6))
    })

    it('is content with a file that is not there, and with one that is shredded twice', async function () {
      await disk().shred(file())
      await disk().replace(file(), 'secret')
      await Promise.all([disk().shred(file()), disk().shred(file())])
      expect(await disk().read(file())).to.equal(null)
    })

    it('removes an empty file', async function () {
      await disk().replace(file(), '')
      await disk().shred(file())
      expect(await disk().read(file())).to.equal(null)
    })
  })

  it('tells that the device is full with the code of the system', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux has /dev/full')
    expect(await errorOf(Error, disk().append('/dev/full', 'line\n', 0))).to.include({code: 'ENOSPC', syscall: 'write'})
  })
})

describe('refuseForeign', function () {
  const root = tempRoot()
  const data = () => join(root(), 'authorizations-rotate')

  beforeEach(async function () {
    await mkdir(join(data(), 'rotations'), {mode: 0o700, recursive: true})
  })

  it('lets a directory of our own pass, and one that is not there', async function () {
    await refuseForeign(data())
    await refuseForeign(join(root(), 'nowhere'))
  })

  it('refuses one that others can write', async function () {
    await chmod(join(data(), 'rotations'), 0o777)
    const error = await errorOf(RotationError, refuseForeign(data()))
    expect(error.code).to.equal('ROTATE_DISK')
    expect(error.next).to.deep.equal([`chmod go-w ${join(data(), 'rotations')}`])
  })

  it('refuses a journal that others can write, and a parent where anybody can put another directory', async function () {
    const journal = join(data(), 'rotations', 'k7m2pq9xtz.jsonl')
    await writeFile(journal, '')
    await chmod(journal, 0o666)
    expect((await errorOf(RotationError, refuseForeign(data()))).next).to.deep.equal([`chmod go-w ${journal}`])
    await chmod(journal, 0o600)
    await refuseForeign(data())
    await chmod(root(), 0o777)
    expect((await errorOf(RotationError, refuseForeign(data()))).next).to.deep.equal([`chmod go-w ${root()}`])
    await chmod(root(), 0o1777)
    await refuseForeign(data())
    await chmod(root(), 0o700)
  })

  it('does not advise to change the rights of a device that is the HOME of somebody who has none', async function () {
    const device = join(root(), 'null')
    await writeFile(device, '')
    await chmod(device, 0o666)
    await refuseForeign(join(device, '.local', 'share'))
  })

  it('refuses a link in the place of one', async function () {
    await symlink(join(data(), 'rotations'), join(data(), 'audit'))
    expect((await errorOf(RotationError, refuseForeign(data()))).happened).to.include('audit is a link')
  })

  it('says how to have one back that the CLI has made with sudo', async function () {
    const {getuid} = process
    if (getuid?.() !== 0) skip(this, 'only root makes what belongs to root')
    process.getuid = () => 1000
    try {
      expect((await errorOf(RotationError, refuseForeign(data()))).next.at(-1)).to.equal(`If you ran the CLI with sudo: sudo chown -R 1000 ${data()}`)
    } finally {
      process.getuid = getuid
    }
  })

  it('refuses one of another user, as root too', async function () {
    if (process.getuid?.() !== 0) skip(this, 'only root can give a directory away')
    await chown(data(), 65_534, 65_534)
    expect((await errorOf(RotationError, refuseForeign(data()))).happened).to.include('belongs to another user')
  })
})

describe('realDisk, where a link stands in the place of a file', function () {
  const root = tempRoot()

  it('neither appends to it, nor replaces or empties what it leads to', async function () {
    const victim = join(root(), 'victim')
    await writeFile(victim, 'whole')
    for (const name of ['log', 'head.tmp', 'sealed']) await symlink(victim, join(root(), name))
    expect(await failureOf(disk().append(join(root(), 'log'), 'x', 0))).to.have.property('code', 'ELOOP')
    expect(await failureOf(disk().replace(join(root(), 'head'), 'x'))).to.have.property('code', 'ELOOP')
    expect(await failureOf(disk().shred(join(root(), 'sealed')))).to.have.property('code', 'ELOOP')
    expect(await readFile(victim, 'utf8')).to.equal('whole')
  })
})
