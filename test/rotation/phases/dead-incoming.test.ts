import {expect} from 'chai'

import type {Sandbox} from '../../sandbox/sandbox.js'

import {RotationError} from '../../../src/lib/errors.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, found, holder, holders, killed, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const request = requestOf(['example-app@0', 'example-console'])

/** As somebody does who sees an authorization that nobody has told them of. */
function revokeIncoming({world}: Sandbox): void {
  const made = world.authorizations.find(({description}) => description.startsWith(INCOMING))
  if (made) world.revoke(made)
}

describe('a new token that somebody revokes before everything has it', function () {
  const root = tempRoot()

  async function ends({context}: ReturnType<ReturnType<typeof scene>['process']>, sandbox: Sandbox) {
    await carryOut(await found(context), rollBack)
    expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL, 'example-console': CREDENTIAL})
    expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
  }

  for (const until of ['create', 'validate', 'store'] as const) {
    it(`is given to nothing by a resume after ${until}`, async function () {
      const {process, sandbox} = scene(root(), [holder('example-app'), holder('example-console')])
      const rotation = await begin(process().context, request)
      await carryOut(rotation, () => advance(rotation, until))
      revokeIncoming(sandbox)
      expect(await errorOf(RotationError, resume(process().context))).to.include({code: 'ROTATE_INCOMING_DEAD', exit: 'incomplete'})
      expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL, 'example-console': CREDENTIAL})
      expect(sandbox.world.violations).to.deep.equal([])
      await ends(process(), sandbox)
    })
  }

  it('is given to no second app by a resume where one has it', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app'), holder('example-console')])
    sandbox.faults.arm({kind: 'kill-before', match: {method: 'PATCH', path: '/apps/example-console/config-vars'}})
    const dying = process()
    await killed(sandbox, dying, rotate(dying.context, request))
    revokeIncoming(sandbox)
    const error = await errorOf(RotationError, resume(process().context))
    expect(error).to.include({code: 'ROTATE_INCOMING_DEAD', exit: 'incomplete'})
    expect(error.next).to.deep.equal([`heroku authorizations:rotate:rollback --rotation ${(await found(process().context)).id}`])
    expect(holders(sandbox)['example-console']).to.equal(CREDENTIAL)
    await ends(process(), sandbox)
  })

  it('is waited for by no rollback, which says that it is gone', async function () {
    const {clock, process, sandbox} = scene(root(), [holder('example-app'), holder('example-console')])
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    revokeIncoming(sandbox)
    const started = clock.now()
    const later = process()
    await ends(later, sandbox)
    expect(clock.now() - started).to.be.below(20_000)
    expect(later.told()).to.include('"detail":"was gone already","name":"undo create"').and.not.include('waiting for old dynos')
  })

  it('is given to nothing after a canary that took minutes', async function () {
    const {process, sandbox} = scene(root(), [holder('example-app', {releasePhaseMs: 120_000}), holder('example-console')])
    const {context} = process()
    const rotation = await begin(context, request)
    sandbox.faults.armRaw(({method, path}) => {
      if (method === 'PATCH' && path === '/apps/example-app/config-vars') revokeIncoming(sandbox)
      return undefined
    })
    expect(await errorOf(RotationError, carryOut(rotation))).to.include({code: 'ROTATE_INCOMING_DEAD', exit: 'incomplete'})
    expect(holders(sandbox)['example-console']).to.equal(CREDENTIAL)
    await ends(process(), sandbox)
  })
})
