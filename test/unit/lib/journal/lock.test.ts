import {expect} from 'chai'
import {readdir, readFile, rm, writeFile} from 'node:fs/promises'

import type {Processes} from '../../../../src/lib/ports.js'

import {RotationError} from '../../../../src/lib/errors.js'
import {lock} from '../../../../src/lib/journal/lock.js'
import {pathsBelow} from '../../../../src/lib/journal/paths.js'
import {type Disk, realDisk} from '../../../../src/lib/system/disk.js'
import {virtualClock} from '../../../sandbox/sandbox.js'
import {errorOf} from '../../../support/failure.js'
import {seededRandom} from '../../../support/in-process.js'
import {tempRoot} from '../../../support/temp-root.js'

const CREDENTIAL = 'example-token'

type Process = {boot?: string; host?: string; namespace?: string; pid: number; startedAt?: null | number}

describe('lock', function () {
  const root = tempRoot()
  const clock = virtualClock()
  let living: Process[] = []

  beforeEach('nobody lives', function () {
    living = []
  })

  function processesOf({boot = 'boot 1', host = 'example-host', namespace = 'pid:[1]', pid, startedAt = null}: Process): Processes {
    return {
      isAlive: (other, started) => living.some(one => one.pid === other && (started === null || (one.startedAt ?? null) === started)),
      self: {boot, host, namespace, pid, startedAt, user: 'operator'},
    }
  }

  const random = seededRandom('lock')
  const real = realDisk(() => Buffer.from(random.bytes(6)).toString('hex'))

  function take(process: Process, {credential = CREDENTIAL, disk = real, rotation = `rotation${process.pid}`} = {}) {
    living.push(process)
    return lock(credential, rotation, {clock, disk, paths: pathsBelow(root()), processes: processesOf(process)})
  }

  const refused = (process: Process) => errorOf(RotationError, take(process))
  const dies = (pid: number) => {
    living = living.filter(process => process.pid !== pid)
  }

  const files = () => readdir(pathsBelow(root()).locks)

  it('is won by exactly one of many that try at once', async function () {
    const tries = await Promise.allSettled(Array.from({length: 25}, (_, index) => take({pid: index + 1})))
    expect(tries.filter(({status}) => status === 'fulfilled')).to.have.length(1)
    for (const attempt of tries) if (attempt.status === 'rejected') expect(attempt.reason).to.have.property('code', 'ROTATE_LOCKED')
    expect(await files()).to.have.length(1)
  })

  it('is not taken from a process of another pid namespace, whose pid says nothing here', async function () {
    await take({namespace: 'pid:[1]', pid: 7})
    dies(7)
    const error = await refused({namespace: 'pid:[2]', pid: 8})
    expect(error.code).to.equal('ROTATE_LOCKED')
    expect(error.next.join('\n')).to.include('rm ')
  })

  it('is taken from whoever held it when the machine was started again', async function () {
    await take({boot: 'boot 1', namespace: 'pid:[1]', pid: 7})
    await take({boot: 'boot 2', namespace: 'pid:[2]', pid: 7})
  })

  it('is taken from a dead owner by exactly one of many', async function () {
    for (let round = 1; round <= 5; round++) {
      await take({pid: round})
      dies(round)
      const tries = await Promise.allSettled(Array.from({length: 8}, (_, index) => take({pid: round * 100 + index})))
      expect(tries.filter(({status}) => status === 'fulfilled'), `round ${round}`).to.have.length(1)
      living = []
    }
  })

  it('refuses while its owner lives, and names the owner, the rotation and the age', async function () {
    await take({pid: 7})
    const young = await refused({pid: 8})
    expect(young.happened).to.equal('Somebody is rotating example-token already (operator@example-host, process 7, for less than a minute).')
    await clock.sleep(125_000)
    const old = await refused({pid: 8})
    expect(old.happened).to.include('process 7, for 2 min')
    expect(old.now).to.include('Rotation rotation7 has the lock.')
    expect(old).to.include({code: 'ROTATE_LOCKED', exit: 'failed'})
  })

  it('is refused to its own process as well', async function () {
    await take({pid: 7})
    expect(await refused({pid: 7})).to.have.property('code', 'ROTATE_LOCKED')
  })

  it('lets the next one in when it is released', async function () {
    const held = await take({pid: 7})
    await held.release()
    await take({pid: 8})
    expect(await refused({pid: 9})).to.have.property('message').that.includes('process 8')
  })

  it('is not given away by a release that comes after it was taken over', async function () {
    const held = await take({pid: 7})
    dies(7)
    await take({pid: 8})
    await held.release()
    expect(await refused({pid: 9})).to.have.property('message').that.includes('process 8')
  })

  it('does not fail what was done when it cannot be released: the end of the process gives it back', async function () {
    const full: Disk = {...real, replace: () => Promise.reject(Object.assign(new Error('ENOSPC'), {code: 'ENOSPC', syscall: 'write'}))}
    const held = await take({pid: 7}, {disk: full})
    await held.release()
    dies(7)
    await take({pid: 8})
  })

  it('knows a process from another of the same number by its start', async function () {
    await take({pid: 7, startedAt: 1000})
    dies(7)
    living.push({pid: 7, startedAt: 2000})
    await take({pid: 8})
    expect(await refused({pid: 9})).to.have.property('message').that.includes('process 8')
  })

  it('counts a process of another host as alive: nothing can be known of it', async function () {
    await take({host: 'other-host', pid: 7})
    dies(7)
    const error = await refused({pid: 8})
    expect(error).to.have.property('message').that.includes('operator@other-host, process 7')
    expect(error.next.at(-1)).to.match(/^Or, once you know that no such process runs on other-host any more: rm '.*'$/)
    await rm(/'(.*)'/.exec(error.next.at(-1) ?? '')?.[1] ?? '')
    await take({pid: 8})
  })

  it('is one for each credential', async function () {
    await take({pid: 7})
    await take({pid: 8}, {credential: 'other-token'})
    expect(await files()).to.have.length(2)
  })

  it('leaves one file behind, however often it was taken', async function () {
    for (let pid = 1; pid <= 12; pid++) await (await take({pid})).release()
    expect(await files()).to.have.length(1)
    expect((await files())[0]).to.match(/\.12$/)
  })

  it('leaves nothing behind of claims in which a process died, and nothing else is touched', async function () {
    await (await take({pid: 1})).release()
    const [name = ''] = await files()
    const {locks} = pathsBelow(root())
    for (const left of [`${name}.5a5a5a.tmp`, `${name}.6b6b6b.tmp`, `${name}7.5a5a5a.tmp`]) await writeFile(`${locks}/${left}`, '{"pid":')
    await take({pid: 2})
    expect(await files()).to.have.members([name.replace(/1$/, '2'), `${name}7.5a5a5a.tmp`])
  })

  it('is taken over a file that a dying disk left damaged', async function () {
    await take({pid: 7})
    for (const damage of ['', '{"pid":', '{}', 'null', '"text"']) {
      for (const name of await files()) await writeFile(`${pathsBelow(root()).locks}/${name}`, damage)
      await (await take({pid: 8})).release()
    }
  })

  it('is not taken by one who looked before another took and released it', async function () {
    await (await take({pid: 1})).release()
    let stall = () => {}
    const stalled = new Promise<void>(resolve => {
      stall = resolve
    })
    let look = () => {}
    const looked = new Promise<void>(resolve => {
      look = resolve
    })
    const slow: Disk = {
      ...real,
      async claim(path, content) {
        look()
        await stalled
        return real.claim(path, content)
      },
    }
    const late = errorOf(RotationError, take({pid: 2}, {disk: slow}))
    await looked
    await (await take({pid: 3})).release()
    await take({pid: 4})
    stall()
    expect(await late).to.have.property('message').that.includes('process 4')
    expect(await files()).to.have.length(1)
  })

  it('holds no token, only who has it', async function () {
    await take({pid: 7})
    const [name = ''] = await files()
    const keys = Object.keys(JSON.parse(await readFile(`${pathsBelow(root()).locks}/${name}`, 'utf8')))
    expect(keys).to.have.members(['at', 'boot', 'host', 'namespace', 'pid', 'released', 'rotation', 'startedAt', 'user'])
  })
})
