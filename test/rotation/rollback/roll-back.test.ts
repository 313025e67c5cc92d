import {expect} from 'chai'
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {PhaseName} from '../../../src/lib/rotation/phases.js'
import type {Sandbox} from '../../sandbox/sandbox.js'

import {RotationError} from '../../../src/lib/errors.js'
import {explain} from '../../../src/lib/rotation/report/explain.js'
import {errorOf, failureOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, found, holder, holders, hoursAhead, killed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const apps = [holder('example-app', {config: {OTHER: 'another value'}}), holder('example-console', {releasePhaseMs: 3000})]
const request = requestOf(['example-app:HEROKU_API_KEY,OTHER,ABSENT', 'example-console@0'])
const DELETE = {method: 'DELETE', path: '/oauth/authorizations/:id'}

/** Also what no list tells yet. */
const existing = ({world}: Sandbox) => world.existingAuthorizations.filter(({isSession}) => !isSession).map(({description}) => description)

describe('rollBack', function () {
  const root = tempRoot()
  const scenery = () => scene(root(), apps)

  for (const [status, code] of [[401, 'ROTATE_SESSION'], [403, 'ROTATE_FORBIDDEN'], [404, 'ROTATE_PLATFORM'], [422, 'ROTATE_PLATFORM'], [429, 'ROTATE_RATE_LIMIT']] as const) {
    it(`waits for no write that Heroku refused with ${status}, and gives nothing back there`, async function () {
      const {clock, process, sandbox} = scene(root(), [holder('example-app'), holder('example-console')])
      const refusal = sandbox.faults.armRaw(({method, path}) =>
        (method === 'PATCH' && path === '/apps/example-app/config-vars' ? {body: '{"id":"refused","message":"No."}', status} : undefined))
      const rotation = await begin(process().context, requestOf(['example-app@0', 'example-console@1']))
      const error = explain(await failureOf(carryOut(rotation)), rotation)
      expect(error).to.include({code, exit: 'incomplete'})
      expect(error.now).to.include('Everything still has what it had before.')
      refusal.disarm()
      const started = clock.now()
      await carryOut(await found(process().context), rollBack)
      expect(clock.now() - started).to.be.below(10_000)
      expect(existing(sandbox)).to.deep.equal([CREDENTIAL])
    })
  }

  it('waits for no write before which looking failed', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app')])
    const rotation = await begin(process().context, requestOf(['example-app']))
    await advance(rotation, 'store')
    await rotation.release()
    const later = await found(process().context)
    const broken = sandbox.faults.armRaw(({path}) => (path === '/apps/example-app/config-vars' ? {body: '{}', status: 500} : undefined))
    await failureOf(carryOut(later))
    broken.disarm()
    const started = clock.now()
    await carryOut(await found(process().context), rollBack)
    expect(clock.now() - started).to.be.below(10_000)
    expect(existing(sandbox)).to.deep.equal([CREDENTIAL])
  })

  it('waits for a write that was refused only when it was sent again', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app')])
    let calls = 0
    const refusal = sandbox.faults.armRaw(({method, path}) => {
      if (method !== 'PATCH' || path !== '/apps/example-app/config-vars') return undefined
      return {body: '{"id":"refused","message":"No."}', status: ++calls === 1 ? 503 : 422}
    })
    const rotation = await begin(process().context, requestOf(['example-app']))
    await failureOf(carryOut(rotation))
    refusal.disarm()
    const started = clock.now()
    await carryOut(await found(process().context), rollBack)
    expect(clock.now() - started).to.be.above(30_000)
  })

  for (const until of ['preflight', 'create', 'validate', 'fanout', 'verify', 'drain'] satisfies PhaseName[]) {
    it(`gives everything back after ${until}, absent keys as absent, in another process`, async function () {
      const {process, sandbox} = scenery()
      const before = sandbox.world.apps.map(({config}) => config)
      const rotation = await begin(process().context, request)
      await carryOut(rotation, () => advance(rotation, until))
      const back = await carryOut(await found(process().context), rollBack)
      expect(sandbox.world.apps.map(({config}) => config)).to.deep.equal(before)
      expect(sandbox.world.app('example-app').config).not.to.have.property('ABSENT')
      expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
      expect(back.state.closed).to.equal('rolled-back')
      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  it('restores the last wave first, and waits for every app to run with what it got back', async function () {
    const {process, sandbox} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    const forward = sandbox.log.length
    await carryOut(await found(process().context), rollBack)
    const written = sandbox.log.slice(forward).filter(({method, path}) => method === 'PATCH' && path.startsWith('/apps')).map(({path}) => path.split('/')[2])
    expect(written).to.deep.equal(['example-app', 'example-console'])
    for (const app of sandbox.world.apps) expect(app.dynos.every(({release, state}) => release.version === 5 && state === 'up'), app.name).to.equal(true)
  })

  it('revokes the incoming authorization only when nothing runs with it any more', async function () {
    const {process, sandbox} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'fanout'))
    const back = await carryOut(await found(process().context), rollBack)
    const revoked = sandbox.log.find(({method}) => method === 'DELETE')?.at ?? 0
    expect(revoked - (back.state.lastRestartAt?.here ?? 0)).to.be.at.least(30_000)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('waits for old dynos also where somebody has given an app back what it held just now', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {preboot: true})])
    const outgoing = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
    const rotation = await begin(process().context, requestOf(['example-app']))
    await carryOut(rotation, () => advance(rotation, 'drain'))
    sandbox.world.setConfig('example-app', {HEROKU_API_KEY: outgoing})
    await carryOut(await found(process().context), rollBack)
    expect(existing(sandbox)).to.deep.equal([CREDENTIAL])
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('does not touch an app that was never written', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {releasePhase: 'fails', releasePhaseMs: 1000}), holder('example-console')])
    await errorOf(RotationError, rotate(process().context, requestOf(['example-app@0', 'example-console'])))
    await carryOut(await found(process().context), rollBack)
    expect(sandbox.world.app('example-console').currentRelease.version).to.equal(3)
    expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL, 'example-console': CREDENTIAL})
    expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
  })

  it('finds an authorization by its mark when the answer to its create was lost', async function () {
    const {process, sandbox} = scenery()
    sandbox.faults.arm({kind: 'kill-after', match: {method: 'POST'}})
    const dying = process()
    await killed(sandbox, dying, rotate(dying.context, request))
    expect(alive(sandbox)).to.have.length(2)
    await carryOut(await found(process().context), rollBack)
    expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
  })

  describe('where new authorizations are listed late, finds one', function () {
    const late = () => scene(root(), apps, {switches: {listEventuallyConsistent: 8000}})

    it('that a process made which died, when the one that took it up has failed', async function () {
      const {process, sandbox} = late()
      sandbox.faults.arm({kind: 'kill-after', match: {method: 'POST'}})
      const dying = process()
      await killed(sandbox, dying, rotate(dying.context, request))
      sandbox.faults.arm({kind: 'wrong-shape', match: {method: 'GET', path: '/oauth/authorizations'}})
      await errorOf(RotationError, resume(process().context))
      await carryOut(await found(process().context), rollBack)
      expect(existing(sandbox)).to.deep.equal([CREDENTIAL])
    })

    it('whose token could not be sealed, because the disk was full', async function () {
      const {process, sandbox} = late()
      const {context} = process({
        disk: disk => ({
          ...disk,
          async replace(path, content) {
            if (sandbox.log.some(({method}) => method === 'POST')) throw Object.assign(new Error('full'), {code: 'ENOSPC', syscall: 'write'})
            return disk.replace(path, content)
          },
        }),
      })
      expect(await errorOf(RotationError, rotate(context, request))).to.include({code: 'ROTATE_DISK', exit: 'incomplete'})
      await carryOut(await found(process().context), rollBack)
      expect(existing(sandbox)).to.deep.equal([CREDENTIAL])
    })
  })

  describe('of a write that is carried out after its process died', function () {
    async function carriedOut(when: 'before the rollback' | 'during it') {
      const {clock, process, sandbox} = scenery()
      sandbox.faults.arm({kind: 'kill-before', match: {method: 'PATCH', path: '/apps/example-app/config-vars'}})
      const dying = process()
      await killed(sandbox, dying, rotate(dying.context, requestOf(['example-app', 'example-console@2'])))
      const token = sandbox.world.existingAuthorizations.find(({description}) => description.includes('(rotation '))?.token ?? ''
      const write = () => sandbox.world.setConfig('example-app', {HEROKU_API_KEY: token})
      const writing = when === 'during it' ? clock.sleep(40_000).then(write) : write()
      const {context, told} = process({clock: hoursAhead(clock)})
      await carryOut(await found(context), rollBack)
      await writing
      return {sandbox, told: told()}
    }

    it('waits for it, and takes it back', async function () {
      const {sandbox, told} = await carriedOut('during it')
      expect(told).to.include('waiting: heroku-config:example-app did not answer')
      expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL, 'example-console': CREDENTIAL})
      expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
      expect(sandbox.world.violations).to.deep.equal([])
    })

    it('does not wait when it is seen to be done', async function () {
      const {sandbox, told} = await carriedOut('before the rollback')
      expect(told).not.to.include('never answered')
      expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL, 'example-console': CREDENTIAL})
      expect(sandbox.world.violations).to.deep.equal([])
    })
  })

  it('leaves an audit entry, and nothing sealed', async function () {
    const {process} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'fanout'))
    const {context} = process()
    await carryOut(await found(context), rollBack)
    const audit: unknown = JSON.parse(await readFile(context.paths.auditLog, 'utf8'))
    expect(audit).to.deep.include({action: 'secret.rotate.rolled_back', actor: 'operator@example.com'})
    expect(await readdir(join(context.paths.rotations))).to.deep.equal([`${rotation.id}.jsonl`])
  })

  it('is gone on with by resume when it was interrupted, and not turned forward again', async function () {
    const {process, sandbox} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    sandbox.faults.arm({kind: 'kill-after', match: {method: 'PATCH', path: '/apps/example-console/config-vars'}})
    const dying = process()
    await killed(sandbox, dying, found(dying.context).then(back => carryOut(back, rollBack)))
    const error = await errorOf(RotationError, found(process().context).then(again => carryOut(again, advance)))
    expect(error).to.include({code: 'ROTATE_GOING_BACK', exit: 'incomplete'})
    expect(error.next).to.deep.equal([`heroku authorizations:rotate:resume --rotation ${rotation.id}`])
    await resume(process().context)
    expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL, 'example-console': CREDENTIAL})
    expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
    expect(sandbox.world.violations).to.deep.equal([])
  })

  describe('law: after the pivot there is no way back', function () {
    it('is refused once the outgoing authorization is revoked, and says to resume', async function () {
      const {process, sandbox} = scenery()
      const rotation = await begin(process().context, request)
      await carryOut(rotation, () => advance(rotation, 'revoke'))
      const error = await errorOf(RotationError, found(process().context).then(back => carryOut(back, rollBack)))
      expect(error).to.include({code: 'ROTATE_TOO_LATE', exit: 'incomplete'})
      expect(error.next[0]).to.equal(`heroku authorizations:rotate:resume --rotation ${rotation.id}`)
      expect(error.happened).to.include('is revoked already')
      expect(error.now).to.include('Everything uses the new token')
      await resume(process().context)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
    })

    it('is refused when the process died after the DELETE, and does not contradict itself', async function () {
      const {process, sandbox} = scenery()
      sandbox.faults.arm({kind: 'kill-after', match: DELETE})
      const dying = process()
      await killed(sandbox, dying, rotate(dying.context, request))
      const error = await errorOf(RotationError, found(process().context).then(back => carryOut(back, rollBack)))
      expect(error.code).to.equal('ROTATE_TOO_LATE')
      expect(error.happened).to.include('is revoked already')
      expect(error.now).not.to.include('is not known')
      await resume(process().context)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
    })

    it('is refused for a minute when the process died before the DELETE, which may be on its way, and possible then', async function () {
      const {clock, process, sandbox} = scenery()
      sandbox.faults.arm({kind: 'kill-before', match: DELETE})
      const dying = process()
      await killed(sandbox, dying, rotate(dying.context, request))
      const early = await errorOf(RotationError, found(process({clock: hoursAhead(clock)}).context).then(back => carryOut(back, rollBack)))
      expect(early).to.include({code: 'ROTATE_TOO_LATE', exit: 'incomplete'})
      // Heroku dates its answers in whole seconds.
      await clock.sleep(62_000)
      await carryOut(await found(process().context), rollBack)
      expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
      expect(sandbox.world.violations).to.deep.equal([])
    })

    it('is possible at once where Heroku has refused the only DELETE', async function () {
      const {process, sandbox} = scenery()
      sandbox.faults.armRaw(({method, path}) => (method === DELETE.method && path.startsWith('/oauth/authorizations/') ? {body: '{"id":"forbidden","message":"Not today."}', status: 403} : undefined))
      const error = await errorOf(RotationError, rotate(process().context, request))
      expect(error.now).to.include('The old token still works. So does the new one')
      sandbox.faults.disarm()
      await carryOut(await found(process().context), rollBack)
      expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
      expect(sandbox.world.violations).to.deep.equal([])
    })

    it('is refused for a minute after the last of several DELETEs, which were given up one after the other', async function () {
      const {process, sandbox} = scenery()
      sandbox.faults.arm({kind: 'hang', match: DELETE, times: 3})
      sandbox.faults.arm({kind: 'kill-before', match: {...DELETE, nth: 4}})
      const dying = process()
      await killed(sandbox, dying, rotate(dying.context, request))
      const error = await errorOf(RotationError, found(process().context).then(back => carryOut(back, rollBack)))
      expect(error).to.include({code: 'ROTATE_TOO_LATE', exit: 'incomplete'})
    })
  })

  it('does not revoke an authorization that an app still holds, whoever gave it to it', async function () {
    const {clock, process, sandbox} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'create'))
    const incoming = sandbox.world.authorization(`${INCOMING} (rotation ${rotation.id})`)?.token ?? ''
    sandbox.world.setConfig('example-console', {HEROKU_API_KEY: incoming})
    await clock.sleep(5000)
    const error = await errorOf(RotationError, found(process().context).then(back => carryOut(back, rollBack)))
    expect(error).to.include({code: 'ROTATE_STILL_HELD', exit: 'incomplete'})
    expect(alive(sandbox)).to.have.length(2)
    expect(sandbox.world.violations).to.deep.equal([])
  })
})
