import {expect} from 'chai'

import type {PhaseName} from '../../../src/lib/rotation/phases.js'

import {RotationError} from '../../../src/lib/errors.js'
import {takeOverRotation} from '../../../src/lib/rotation/state/take-over.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, holder, holders, killed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const apps = [holder('example-app'), holder('example-console'), {config: {HEROKU_API_KEY: 'unrelated'}, name: 'unrelated-app'}]
const request = requestOf(['example-app@0', 'example-console'])

describe('takeOverRotation', function () {
  const root = tempRoot()

  /** A rotation that was begun on a machine that is gone. */
  async function orphaned(until: PhaseName) {
    const made = scene(root(), apps)
    const rotation = await begin(made.process({root: `${root()}/gone`}).context, request)
    await advance(rotation, until)
    return {...made, id: rotation.id}
  }

  for (const until of ['create', 'validate', 'fanout', 'verify', 'drain'] satisfies PhaseName[]) {
    it(`is rolled back from what the world shows after ${until}`, async function () {
      const {id, process, sandbox} = await orphaned(until)
      const outgoing = until === 'create' || until === 'validate'
      const work = carryOut(await takeOverRotation(process().context, id), rollBack)
      if (outgoing) {
        await work
        expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
      } else {
        // Nobody holds the outgoing token any more, so nothing can be given back.
        expect(await errorOf(RotationError, work)).to.have.property('code', 'ROTATE_PREVIOUS_UNKNOWN')
        expect(alive(sandbox)).to.have.length(2)
      }

      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  for (const until of ['fanout', 'verify', 'drain'] satisfies PhaseName[]) {
    it(`goes forward from what the world shows after ${until}`, async function () {
      const {id, process, sandbox} = await orphaned(until)
      await carryOut(await takeOverRotation(process().context, id))
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect(holders(sandbox)).to.deep.include({'example-app': INCOMING, 'example-console': INCOMING, 'unrelated-app': 'nobody'})
      expect(sandbox.world.app('unrelated-app').currentRelease.version).to.equal(3)
      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  for (const work of [advance, rollBack]) {
    it(`goes ${work === advance ? 'forward' : 'back'} where a part of the apps was written`, async function () {
      const {process, sandbox} = scene(root(), apps)
      sandbox.faults.arm({kind: 'kill-before', match: {method: 'PATCH', path: '/apps/example-console/config-vars'}})
      const dying = process({root: `${root()}/gone`})
      await killed(sandbox, dying, rotate(dying.context, request))
      const mark = /\(rotation (\w+)\)/.exec(alive(sandbox).join(' '))?.[1] ?? ''
      await carryOut(await takeOverRotation(process().context, mark), work)
      const end = work === advance ? INCOMING : CREDENTIAL
      expect(alive(sandbox)).to.deep.equal([end])
      expect(holders(sandbox)).to.deep.include({'example-app': end, 'example-console': end})
      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  it('says that it finds apps only, and changes nothing where the person knows of more', async function () {
    const {id, process, sandbox} = await orphaned('fanout')
    const before = sandbox.log.filter(({method}) => method !== 'GET').length
    const {context, told} = process()
    const asked: string[] = []
    context.outside.person.agrees = async question => {
      asked.push(question)
      return false
    }

    const work = takeOverRotation(context, id)
    expect(await errorOf(RotationError, work)).to.include({code: 'ROTATE_TAKE_OVER', exit: 'failed', now: 'Nothing was changed.'})
    expect(asked).to.deep.equal(['Are its tokens only in config vars of apps?'])
    expect(told()).to.include('a store, a GitHub secret or a file may be left with a dead token')
    expect(sandbox.log.filter(({method}) => method !== 'GET')).to.have.length(before)
    expect(await context.disk.list(context.paths.rotations)).to.deep.equal([])
  })

  it('refuses a rotation that no description knows', async function () {
    const {process} = scene(root(), apps)
    expect(await errorOf(RotationError, takeOverRotation(process().context, 'nosuchone'))).to.include({code: 'ROTATE_NONE', exit: 'failed'})
  })

  it('refuses one that has revoked its outgoing authorization, and says which one is in use', async function () {
    const {id, process, sandbox} = await orphaned('revoke')
    const error = await errorOf(RotationError, takeOverRotation(process().context, id))
    expect(error).to.include({code: 'ROTATE_TOO_LATE'})
    expect(error.now).to.include('The authorization that names the rotation is the one in use.')
    expect(sandbox.log.filter(({method}) => method === 'DELETE')).to.have.length(1)
  })

  it('leaves apps alone that it may not read, and says so', async function () {
    const {process, sandbox} = scene(root(), [...apps, {name: 'closed-app'}])
    sandbox.faults.armRaw(({path}) => (path === '/apps/closed-app/config-vars' ? {body: '{"id":"forbidden"}', status: 403} : undefined))
    const rotation = await begin(process({root: `${root()}/gone`}).context, {...request, looking: {...request.looking, allowedUnread: ['closed-app']}})
    await advance(rotation, 'fanout')
    const {context, told} = process()
    const error = await errorOf(RotationError, takeOverRotation(context, rotation.id).then(taken => carryOut(taken)))
    expect(told()).to.include('closed-app cannot be read and stays as it is')
    expect(error).to.include({code: 'ROTATE_UNREADABLE'})
    expect(error.next[0]).to.equal(`heroku authorizations:rotate:resume --rotation ${rotation.id} --allow-unread closed-app`)
    await resume(process().context, {allowedUnread: ['closed-app']})
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })
})
