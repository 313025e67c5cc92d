import {expect} from 'chai'

import {RotationError} from '../../../src/lib/errors.js'
import {statusText} from '../../../src/lib/output/status-text.js'
import {stylesFor} from '../../../src/lib/output/styles.js'
import {findInFlight} from '../../../src/lib/rotation/guards/in-flight.js'
import {rotationsInFlight} from '../../../src/lib/rotation/report/in-flight-list.js'
import {age} from '../../../src/lib/text/duration.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {begin, carryOut, CREDENTIAL, found, holder, killed, requestOf, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const request = requestOf(['example-app'])
const nothing = {authorizations: [], damaged: [], last: null, next: null, overdue: 0, soon: 0}
const styles = stylesFor('stdout', {NO_COLOR: '1'})

describe('rotationsInFlight', function () {
  const root = tempRoot()
  const scenery = () => scene(root(), [holder('example-app')])

  it('is empty where nothing runs', async function () {
    const {process} = scenery()
    await rotate(process().context, request)
    const {rotations} = await rotationsInFlight(process().context)
    expect(rotations).to.deep.equal([])
    expect(statusText({...nothing, rotations}, [], 80, styles)).to.equal('No rotation is open.\n')
  })

  it('names one of this machine, once, with who began it, where it stopped and how to go on', async function () {
    const {clock, process} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    await clock.sleep(600_000)
    const {rotations} = await rotationsInFlight(process().context)
    expect(rotations).to.have.length(1)
    expect(rotations[0]).to.deep.include({
      by: 'operator@example.com on example-host',
      description: CREDENTIAL,
      here: true,
      next: ['resume', 'rollback'].map(verb => `heroku authorizations:rotate:${verb} --rotation ${rotation.id}`),
      phase: 'verify finished',
      rotation: rotation.id,
    })
    const text = statusText({...nothing, rotations}, [], 200, styles)
    expect(text).to.include(`${CREDENTIAL}  rotation ${rotation.id}, started 10 minutes ago by operator@example.com on example-host\n`)
    expect(text).to.include('  stopped 10 minutes ago after reading everything back\n    ✓ example-app  new token, v4\n  The old and the new token both work.\n')
  })

  it('says while, not after, where the process died within a phase', async function () {
    const {process} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    await rotation.record({name: 'undo create', status: 'started', type: 'phase'})
    await rotation.release()
    const {rotations} = await rotationsInFlight(process().context)
    expect(statusText({...nothing, rotations}, [], 200, styles)).to.include('stopped less than a minute ago while revoking the new token\n')
  })

  it('counts on the way back what has its old token again', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app'), holder('example-console'), holder('example-worker')])
    const rotation = await begin(process().context, requestOf(['example-app@0', 'example-console@1', 'example-worker@2']))
    sandbox.world.app('example-console').become({crashes: true})
    await errorOf(RotationError, carryOut(rotation))
    const dying = process()
    sandbox.faults.arm({kind: 'kill-after', match: {method: 'PATCH', path: '/apps/example-console/config-vars'}})
    await killed(sandbox, dying, found(dying.context).then(again => carryOut(again, rollBack)))
    const {rotations} = await rotationsInFlight(process().context)
    const text = statusText({...nothing, rotations}, [], 200, styles)
    expect(text).to.include('stopped less than a minute ago while giving apps the old token again, 1 of 3 done')
    expect(text).to.include('· example-app      new token, v4').and.to.include('· example-console  is given the old token again').and.to.include('✓ example-worker   old token')
  })

  it('tells one that runs from one that has stopped, and refuses a second one by its lock', async function () {
    const {process, sandbox} = scenery()
    const rotation = await begin(process({pid: 7}).context, request)
    await advance(rotation, 'create')
    const {context} = process({isAlive: pid => pid === 7})
    const {authorizations, rotations} = await rotationsInFlight(context)
    expect(rotations[0]).to.have.property('running', true)
    const text = statusText({...nothing, rotations}, [], 80, styles)
    expect(text).to.include('  running now (process 7): making the new token\n    · example-app  old token\n').and.include('authorizations:rotate:status --watch').and.not.include('resume')
    const error = await errorOf(RotationError, findInFlight(context, CREDENTIAL, authorizations))
    expect(error).to.include({code: 'ROTATE_LOCKED', happened: `Somebody is rotating ${CREDENTIAL} already (operator@example-host, process 7, for less than a minute).`})
    expect((await rotationsInFlight(process().context)).rotations[0]).to.have.property('running', false)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('names one of another machine by its mark', async function () {
    const {process} = scenery()
    const rotation = await begin(process({root: `${root()}/elsewhere`}).context, request)
    await carryOut(rotation, () => advance(rotation, 'create'))
    const {rotations} = await rotationsInFlight(process().context)
    expect(rotations).to.have.length(1)
    expect(rotations[0]).to.deep.include({by: null, description: CREDENTIAL, here: false, phase: null, rotation: rotation.id})
    expect(statusText({...nothing, rotations}, [], 80, styles)).to.include('it may still be running there')
  })

  it('offers no rollback of one that has passed the pivot, or that goes back already', async function () {
    const {process, sandbox} = scenery()
    sandbox.faults.arm({kind: 'kill-after', match: {method: 'DELETE'}})
    const dying = process()
    await killed(sandbox, dying, rotate(dying.context, request))
    const {rotations: [late]} = await rotationsInFlight(process().context)
    expect(late?.next).to.have.length(1)
    expect(late?.next[0]).to.include('resume')
  })

  it('offers to resume one that is being rolled back', async function () {
    const {process, sandbox} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    sandbox.faults.arm({kind: '500', match: {method: 'PATCH'}, times: 6})
    await errorOf(RotationError, found(process().context).then(back => carryOut(back, rollBack)))
    const {rotations: [back]} = await rotationsInFlight(process().context)
    expect(back?.next).to.deep.equal([`heroku authorizations:rotate:resume --rotation ${rotation.id}`])
    expect(back?.phase).to.equal('undo fanout failed')
  })
})

describe('age', function () {
  const told: [minutes: number, text: string][] = [
    [-5, 'less than a minute'], [0.9, 'less than a minute'], [1, '1 minute'], [2, '2 minutes'], [119, '119 minutes'], [120, '2 hours'],
    [47 * 60, '47 hours'], [48 * 60, '2 days'], [100 * 24 * 60, '100 days'],
  ]
  for (const [minutes, text] of told) {
    it(`tells ${minutes} min as ${text}`, function () {
      expect(age(minutes * 60_000)).to.equal(text)
    })
  }
})
