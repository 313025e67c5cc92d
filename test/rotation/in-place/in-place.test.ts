import {expect} from 'chai'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

import {RotationError} from '../../../src/lib/errors.js'
import {inPlace} from '../../../src/lib/rotation/modes/in-place.js'
import {inPlacePhases} from '../../../src/lib/rotation/phases.js'
import {makePlan} from '../../../src/lib/rotation/planning/make-plan.js'
import {rotationsInFlight} from '../../../src/lib/rotation/report/in-flight-list.js'
import {takeOverRotation} from '../../../src/lib/rotation/state/take-over.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, changes, CREDENTIAL, found, holder, holders, KEY, killed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const REGENERATE = {method: 'POST', path: '/oauth/authorizations/:id/actions/regenerate-tokens'}
const apps = ['example-app@0', 'example-console@1']
const request = requestOf(apps, {inPlace: true})
const everybodyOutgoing = {'example-app': CREDENTIAL, 'example-console': CREDENTIAL}

describe('a rotation in place', function () {
  const root = tempRoot()
  const scenery = (options: Parameters<typeof scene>[2] = {}) => scene(root(), [holder('example-app'), holder('example-console')], options)
  const outgoingOf = ({sandbox}: Pick<ReturnType<typeof scenery>, 'sandbox'>) => {
    const authorization = sandbox.world.existingAuthorizations.find(({description}) => description.startsWith(CREDENTIAL))
    if (!authorization) throw new Error('the sandbox has no such authorization')
    return authorization
  }

  /** Everybody holds the token that works, the authorization is the same, and nothing of the rotation is left on it. */
  function isDone(world: ReturnType<typeof scenery>, before: {id: string; token: string}) {
    const {id, token} = outgoingOf(world)
    expect(id).to.equal(before.id)
    expect(token).not.to.equal(before.token)
    expect(world.sandbox.world.isLive(before.token)).to.equal(false)
    expect(alive(world.sandbox).filter(name => name.startsWith(CREDENTIAL))).to.deep.equal([CREDENTIAL])
    for (const app of ['example-app', 'example-console']) expect(world.sandbox.world.app(app).config[KEY]).to.equal(token)
  }

  it('gives the authorization another token and writes it to everybody at once', async function () {
    const world = scenery()
    const {id, token} = outgoingOf(world)
    const rotation = await rotate(world.process().context, request)
    isDone(world, {id, token})
    expect([...rotation.state.phases.keys()]).to.deep.equal(inPlacePhases.map(({name}) => name))
    expect(rotation.plan.consumers.map(({wave}) => wave)).to.deep.equal([0, 0])
    expect(rotation.state.proof).to.include({by: 'token', incomingStatus: 200, outgoingStatus: 401})
    expect(changes(world.sandbox).filter(change => change.startsWith('DELETE'))).to.deep.equal([])
  })

  it('tells the audit log that it was one', async function () {
    const world = scenery()
    const {context} = world.process()
    await rotate(context, request)
    const [line] = (await context.disk.read(context.paths.auditLog))?.split('\n') ?? []
    const {id} = outgoingOf(world)
    expect(JSON.parse(line ?? '')).to.deep.include({action: 'secret.rotate.completed', in_place: true})
    expect(JSON.parse(line ?? '')).to.have.property('context').that.includes({new_authorization_id: id, old_authorization_id: id})
  })

  it('proves itself by what Heroku shows where the outgoing token is not known', async function () {
    const {process, sandbox} = scene(root(), [{dynos: {}, name: 'example-app'}])
    const {state} = await rotate(process().context, requestOf(['example-app'], {inPlace: true}))
    expect(state.proof).to.include({by: 'shown', incomingStatus: 200, outgoingStatus: null})
    expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL})
  })

  describe('law: no token is lost', function () {
    for (const kind of ['reset-after', '500-after', 'hang-after', 'malformed-json'] as const) {
      it(`regenerates once more when the answer is lost (${kind})`, async function () {
        const world = scenery()
        const before = {...outgoingOf(world)}
        world.sandbox.faults.arm({kind, match: REGENERATE})
        await rotate(world.process().context, request)
        isDone(world, before)
      })
    }

    for (const kind of ['kill-before', 'kill-after'] as const) {
      it(`regenerates once more when the process is killed before it could seal (${kind})`, async function () {
        const world = scenery()
        const before = {...outgoingOf(world)}
        world.sandbox.faults.arm({kind, match: REGENERATE})
        const process = world.process()
        await killed(world.sandbox, process, rotate(process.context, request))
        await resume(world.process().context)
        isDone(world, before)
      })
    }

    it('takes up the token that a killed process has sealed', async function () {
      const world = scenery()
      const before = {...outgoingOf(world)}
      const rotation = await begin(world.process().context, request)
      await advance(rotation, 'regenerate')
      await rotation.release()
      const {token} = outgoingOf(world)
      await resume(world.process().context)
      isDone(world, before)
      expect(outgoingOf(world).token).to.equal(token)
    })

    it('is written to everybody again when somebody regenerates it by hand meanwhile', async function () {
      const world = scenery()
      const before = {...outgoingOf(world)}
      const rotation = await begin(world.process().context, request)
      await advance(rotation, 'verify')
      world.sandbox.world.regenerate(outgoingOf(world))
      expect(await errorOf(RotationError, carryOut(rotation))).to.include({code: 'ROTATE_NOT_PROVED', exit: 'incomplete'})
      await resume(world.process().context)
      isDone(world, before)
    })

    it('is regenerated once more under another session where nobody holds it', async function () {
      const world = scenery()
      const before = {...outgoingOf(world)}
      const rotation = await begin(world.process().context, request)
      await advance(rotation, 'regenerate')
      await rotation.release()
      const session = world.sandbox.world.createAuthorization({description: 'another login'}).token
      await resume(world.process({session}).context)
      isDone(world, before)
    })

    it('says what to do where Heroku does not tell the new token', async function () {
      const world = scenery({switches: {regenerateReturnsToken: false}})
      const error = await errorOf(RotationError, rotate(world.process().context, request))
      expect(error).to.include({code: 'ROTATE_NO_TOKEN', exit: 'failed'})
      expect(error.next.join(' ')).to.include(`heroku authorizations:rotate ${outgoingOf(world).id}`)
      expect(alive(world.sandbox)).to.deep.equal([CREDENTIAL])
      // What it says to type.
      await rotate(world.process().context, requestOf(apps))
      expect(holders(world.sandbox)).to.deep.equal({'example-app': `${CREDENTIAL}-2026-01-15`, 'example-console': `${CREDENTIAL}-2026-01-15`})
    })
  })

  describe('law: nobody is told that a token works when it does not', function () {
    it('changes nothing where Heroku refuses to regenerate', async function () {
      const world = scenery()
      const {token} = outgoingOf(world)
      world.sandbox.faults.armRaw(({path}) => path.endsWith('/regenerate-tokens') ? {body: JSON.stringify({id: 'forbidden', message: 'Not a direct authorization.'}), status: 403} : undefined)
      const error = await errorOf(RotationError, rotate(world.process().context, request))
      expect(error).to.include({code: 'ROTATE_REGENERATE', exit: 'failed', now: 'Nothing was changed.'})
      expect(outgoingOf(world)).to.include({description: CREDENTIAL, token})
      expect(holders(world.sandbox)).to.deep.equal(everybodyOutgoing)
    })

    it('says who runs without one when a release fails, and resume goes on', async function () {
      const {process, sandbox} = scene(root(), [holder('example-app'), holder('example-console', {releasePhase: 'fails', releasePhaseMs: 1000})])
      const error = await errorOf(RotationError, rotate(process().context, request))
      expect(error).to.include({code: 'ROTATE_RELEASE_FAILED', exit: 'incomplete'})
      expect(error.now).to.equal([
        'The old token no longer works. heroku-config:example-app uses the new one.',
        'heroku-config:example-console does not use it yet and fails until then.',
      ].join(' '))
      expect(error.next.join(' ')).not.to.include('rollback')
      sandbox.world.app('example-console').become({releasePhase: 'succeeds'})
      await resume(process().context)
      expect(holders(sandbox)).to.deep.equal(everybodyOutgoing)
    })
  })

  describe('law: one at a time', function () {
    it('is refused while another machine is at it', async function () {
      const {process, sandbox} = scenery()
      const rotation = await begin(process().context, request)
      await advance(rotation, 'mark')
      const other = process({host: 'other-host', root: `${root()}/other`})
      for (const named of [{description: CREDENTIAL}, {id: rotation.plan.outgoing.id}]) {
        for (const inPlace of [true, false]) {
          const error = await errorOf(RotationError, makePlan(other.context, {...request, inPlace, outgoing: named}))
          expect(error).to.include({code: 'ROTATE_IN_FLIGHT', exit: 'failed'})
        }
      }

      const error = await errorOf(RotationError, takeOverRotation(other.context, rotation.id))
      expect(error.next).to.include(`heroku authorizations:update ${rotation.plan.outgoing.id} --description ${CREDENTIAL}`)
      const {rotations} = await rotationsInFlight(other.context)
      expect(rotations).to.have.length(1)
      expect(rotations[0]).to.include({here: false, rotation: rotation.id})
      expect(rotations[0]?.age, 'by the dates of answers, which are whole seconds').to.be.within(0, 1)
      expect(rotations[0]?.next).to.deep.equal(error.next.slice(1))
      expect(changes(sandbox)).to.have.length(1)
    })

    it('regenerates nothing when another one has marked the authorization after it', async function () {
      const world = scenery()
      const {token} = outgoingOf(world)
      const rotation = await begin(world.process().context, request)
      await advance(rotation, 'mark')
      outgoingOf(world).description = `${CREDENTIAL} (rotation abcdefghjk)`
      expect(await errorOf(RotationError, carryOut(rotation))).to.include({code: 'ROTATE_ROTATED_MEANWHILE', exit: 'failed'})
      expect(outgoingOf(world).token).to.equal(token)
    })
  })

  it('regenerates nothing, and can be rolled back, where somebody has regenerated it since it was planned', async function () {
    const world = scenery()
    const rotation = await begin(world.process().context, request)
    await advance(rotation, 'preflight')
    await rotation.release()
    await rotate(world.process({host: 'other-host', root: `${root()}/other`}).context, request)
    const {token} = outgoingOf(world)
    expect(await errorOf(RotationError, resume(world.process().context))).to.include({code: 'ROTATE_ROTATED_MEANWHILE', exit: 'failed', now: 'Nothing was changed.'})
    expect(outgoingOf(world)).to.include({description: CREDENTIAL, token})
    const {rotations} = await rotationsInFlight(world.process().context)
    expect(rotations).to.deep.equal([])
  })

  describe('rolled back', function () {
    it('takes the mark off where nothing was regenerated', async function () {
      const world = scenery()
      const {token} = outgoingOf(world)
      const rotation = await begin(world.process().context, request)
      await advance(rotation, 'mark')
      await rotation.release()
      await carryOut(await found(world.process().context), rollBack)
      expect(outgoingOf(world)).to.include({description: CREDENTIAL, token})
    })

    it('is refused from the regenerate on, and resume brings everybody the new token', async function () {
      const world = scenery()
      const before = {...outgoingOf(world)}
      world.sandbox.faults.arm({kind: 'kill-before', match: REGENERATE})
      const process = world.process()
      await killed(world.sandbox, process, rotate(process.context, request))
      const error = await errorOf(RotationError, carryOut(await found(world.process().context), rollBack))
      expect(error).to.include({code: 'ROTATE_TOO_LATE', exit: 'incomplete'})
      await resume(world.process().context)
      isDone(world, before)
    })
  })

  it('is refused where the session is the token that would be regenerated', async function () {
    const world = scenery()
    const {token} = outgoingOf(world)
    const error = await errorOf(RotationError, rotate(world.process({session: token}).context, request))
    expect(error).to.include({code: 'ROTATE_SELF_IN_PLACE', exit: 'failed'})
    expect(changes(world.sandbox)).to.deep.equal([])
  })

  describe('where regenerating shortens the lifetime', function () {
    it('says so, and how to have the lifetime back', async function () {
      const world = scenery({switches: {regenerateLifetime: 28_800}})
      const process = world.process()
      const {plan, state} = await rotate(process.context, request)
      expect(process.told()).to.include('Heroku changed more than the token: it expires in 8 hours, and before it never expired')
      expect(state.incoming?.expiresIn).to.equal(28_800)
      expect(inPlace.leftToDo(plan, state)?.next).to.equal(`heroku authorizations:rotate ${plan.outgoing.id} --scope global`)
    })

    it('says nothing where it was kept', async function () {
      const {process} = scenery()
      const {plan, state} = await rotate(process().context, request)
      expect(inPlace.leftToDo(plan, state)).to.equal(null)
    })
  })

  it('leaves nothing sealed behind, and no token in any file', async function () {
    const world = scenery()
    await rotate(world.process().context, request)
    const left = readdirSync(root(), {recursive: true, withFileTypes: true}).filter(entry => entry.isFile())
    expect(left.map(({name}) => name).filter(name => name.endsWith('.sealed'))).to.deep.equal([])
    for (const {name, parentPath} of left) {
      const text = readFileSync(join(parentPath, name), 'utf8')
      expect(world.sandbox.world.scrub(text), name).to.equal(text)
    }
  })
})
