import {expect} from 'chai'
import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises'

import type {Disk} from '../../../src/lib/system/disk.js'

import {RotationError} from '../../../src/lib/errors.js'
import {makePlan} from '../../../src/lib/rotation/planning/make-plan.js'
import {openJournals, openRotation, reopenRotation} from '../../../src/lib/rotation/state/journals.js'
import {selectRotation} from '../../../src/lib/rotation/state/select.js'
import {tokenOf} from '../../sandbox/sandbox.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, found, holder, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const OTHER = 'other-token'
const request = requestOf(['example-app'])
const otherRequest = requestOf(['other-app'], {outgoing: {description: OTHER}})

describe('the journals of this machine', function () {
  const root = tempRoot()
  const scenery = () => scene(root(), [holder('example-app'), {config: {HEROKU_API_KEY: tokenOf(OTHER)}, name: 'other-app'}], {authorizations: [{description: CREDENTIAL}, {description: OTHER}]})

  it('are those of rotations that have not ended, oldest first', async function () {
    const {clock, process} = scenery()
    const {context} = process()
    expect(await openJournals(context)).to.deep.equal([])
    const first = await begin(context, request)
    await clock.sleep(1000)
    const second = await begin(process().context, otherRequest)
    expect((await openJournals(context)).map(({plan}) => plan.rotation)).to.deep.equal([first.id, second.id])
    await carryOut(first)
    expect((await openJournals(context)).map(({plan}) => plan.rotation)).to.deep.equal([second.id])
  })

  it('do not count one that died while its first record was written', async function () {
    const {process} = scenery()
    const {context} = process()
    await mkdir(context.paths.rotations, {recursive: true})
    await writeFile(context.paths.journal('dead'), '{"at":17')
    expect(await openJournals(context)).to.deep.equal([])
    await rotate(context, request)
  })

  it('let one process at a time have a rotation', async function () {
    const {process} = scenery()
    await begin(process().context, request)
    const error = await errorOf(RotationError, found(process({isAlive: () => true}).context))
    expect(error).to.include({code: 'ROTATE_LOCKED', exit: 'failed'})
  })

  for (const until of ['preflight', 'create', 'fanout', 'drain'] as const) {
    it(`are written by one process alone, also where one was stopped after ${until} while a person took its lock away, as we say, and went on elsewhere`, async function () {
      const {process, sandbox} = scenery()
      const {context} = process({host: 'stopped'})
      const stopped = await begin(context, request)
      await advance(stopped, until)
      await rm(context.paths.locks, {recursive: true})
      const second = await found(process({host: 'other'}).context)
      await advance(second, 'fanout')
      const written = await readFile(context.paths.journal(stopped.id), 'utf8')

      const error = await errorOf(RotationError, advance(stopped))
      expect(error).to.include({code: 'ROTATE_LOCKED', exit: 'incomplete'})
      await errorOf(RotationError, rollBack(stopped))
      await stopped.release()
      expect(await readFile(context.paths.journal(stopped.id), 'utf8')).to.equal(written)
      expect(await context.disk.read(context.paths.sealed(stopped.id)), 'the sealed tokens').to.be.a('string')
      expect(alive(sandbox)).to.include(CREDENTIAL)
      expect((await errorOf(RotationError, found(process({host: 'third'}).context))).code).to.equal('ROTATE_LOCKED')
      await carryOut(second)
      expect(alive(sandbox)).to.have.members([`${CREDENTIAL}-2026-01-15`, OTHER])
      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  it('are looked at again by the one that has the lock, when two have planned at the same time', async function () {
    const {process} = scenery()
    const [one, other] = [process().context, process().context]
    const [first, second] = [await makePlan(one, request), await makePlan(other, request)]
    const opened = await openRotation(one, first)
    await opened.release()
    const error = await errorOf(RotationError, openRotation(other, second))
    expect(error).to.include({code: 'ROTATE_IN_FLIGHT', now: 'Nothing was changed by this command.'})
    await resume(process().context)
  })

  it('do not give a rotation again that another process has ended meanwhile', async function () {
    const {process} = scenery()
    const {context} = process()
    const rotation = await begin(context, request)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    const late = process().context
    const [open] = await openJournals(late)
    await resume(process().context)
    const error = await errorOf(RotationError, open ? reopenRotation(late, open) : Promise.resolve())
    expect(error).to.include({code: 'ROTATE_NONE'})
    expect(error.happened).to.include('has just ended: completed')
  })

  it('refuse a rotation when they cannot be written, before anything is changed', async function () {
    const {process, sandbox} = scenery()
    const full = (real: Disk): Disk => ({...real, append: () => Promise.reject(Object.assign(new Error('ENOSPC'), {code: 'ENOSPC', syscall: 'write'}))})
    const error = await errorOf(RotationError, begin(process({disk: full}).context, request))
    expect(error).to.include({code: 'ROTATE_DISK', exit: 'failed'})
    expect(error.happened).to.include('ENOSPC')
    expect(sandbox.log.every(({method}) => method === 'GET')).to.equal(true)
    await rotate(process().context, request)
  })

  it('stop a rotation when the disk is full in the middle, at whatever write, and are gone on with when it is not', async function () {
    const writes = await countWrites()
    for (let room = 1; room < writes; room++) {
      const {process, sandbox} = scene(`${root()}/${room}`, [holder('example-app')])
      let left = room
      const filling = (real: Disk): Disk => {
        const unlessFull = <T>(write: () => Promise<T>) => (left-- > 0 ? write() : Promise.reject(Object.assign(new Error('ENOSPC'), {code: 'ENOSPC', syscall: 'write'})))
        return {...real, append: (...parts) => unlessFull(() => real.append(...parts)), replace: (...parts) => unlessFull(() => real.replace(...parts))}
      }

      await rotate(process({disk: filling}).context, request).catch((error: unknown) => expect(error).to.be.instanceOf(Error))
      const {context} = process()
      const open = await selectRotation(context, {}).catch(() => null)
      if (open) await resume(context)
      else if (alive(sandbox).includes(CREDENTIAL)) await rotate(context, request)
      expect(alive(sandbox), `room for ${room} writes`).to.deep.equal([`${CREDENTIAL}-2026-01-15`])
      expect(sandbox.world.violations, `room for ${room} writes`).to.deep.equal([])
    }

    async function countWrites(): Promise<number> {
      let count = 0
      const counting = (real: Disk): Disk => ({
        ...real,
        append(...parts) {
          count++
          return real.append(...parts)
        },
        replace(...parts) {
          count++
          return real.replace(...parts)
        },
      })
      await rotate(scene(`${root()}/count`, [holder('example-app')]).process({disk: counting}).context, request)
      return count
    }
  }).timeout(20_000)

  it('hold the plan, every intent and every outcome, one line each', async function () {
    const {process} = scenery()
    const {context} = process()
    const {id} = await rotate(context, request)
    expect(await readdir(context.paths.rotations)).to.deep.equal([`${id}.jsonl`])
    const lines = (await readFile(context.paths.journal(id), 'utf8')).trimEnd().split('\n')
    const types = lines.map((line): string => {
      const {record}: {record: {name?: string; status?: string; type: string}} = JSON.parse(line)
      return [record.type, record.name, record.status].filter(Boolean).join(' ')
    })
    expect(types[0]).to.equal('opened')
    expect(types.at(-1)).to.equal('closed')
    expect(types.indexOf('pivoting')).to.be.above(types.indexOf('phase drain finished')).and.below(types.indexOf('phase revoke finished'))
    expect(types.indexOf('consumer writing')).to.be.above(types.indexOf('phase fanout started')).and.below(types.indexOf('consumer written'))
  })
})

describe('selectRotation', function () {
  const root = tempRoot()

  it('takes the only one, the one of the name or the one of the id', async function () {
    const {process} = scene(root(), [holder('example-app'), {config: {HEROKU_API_KEY: tokenOf(OTHER)}, name: 'other-app'}], {authorizations: [{description: CREDENTIAL}, {description: OTHER}]})
    const {context} = process()
    expect(await errorOf(RotationError, selectRotation(context, {}))).to.include({code: 'ROTATE_NONE', exit: 'failed'})
    const first = await begin(context, request)
    expect((await selectRotation(context, {}))?.plan.rotation).to.equal(first.id)
    const second = await begin(process().context, otherRequest)
    const which = await errorOf(RotationError, selectRotation(context, {}))
    expect(which).to.include({code: 'ROTATE_WHICH', exit: 'usage'})
    expect(which.happened).to.include(`${first.id} of ${CREDENTIAL}`).and.to.include(`${second.id} of ${OTHER}`)
    expect(which.next).to.deep.equal([`--rotation ${first.id}`, `--rotation ${second.id}`])
    expect((await selectRotation(context, {rotation: second.id}))?.plan.name).to.equal(OTHER)
    expect((await selectRotation(context, {description: OTHER}))?.plan.rotation).to.equal(second.id)
    expect((await selectRotation(context, {description: `${OTHER}-2026-01-15`}))?.plan.rotation).to.equal(second.id)
    expect(await selectRotation(context, {rotation: 'of another machine'})).to.equal(null)
    expect(await errorOf(RotationError, selectRotation(context, {description: 'third-token'}))).to.have.property('code', 'ROTATE_NONE')
  })
})
