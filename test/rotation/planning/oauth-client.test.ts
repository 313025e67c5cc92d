import {expect} from 'chai'

import {AmbiguousOutgoing} from '../../../src/lib/credentials/outgoing.js'
import {RotationError} from '../../../src/lib/errors.js'
import {findDrift} from '../../../src/lib/inventory/drift.js'
import {findInFlight} from '../../../src/lib/rotation/guards/in-flight.js'
import {makePlan} from '../../../src/lib/rotation/planning/make-plan.js'
import {statusOf} from '../../../src/lib/rotation/report/status.js'
import {type AuthorizationSpec} from '../../sandbox/sandbox.js'
import {errorOf} from '../../support/failure.js'
import {changes, CREDENTIAL, holder, requestOf, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const CLIENT = 'Example CI'
const integration: AuthorizationSpec = {ageDays: 1, client: CLIENT, description: 'Example CI for octocat'}
const DEFAULT = 'Long-lived user authorization'

describe('the authorization of an OAuth client', function () {
  const root = tempRoot()

  function scenery(...authorizations: AuthorizationSpec[]) {
    const {process, sandbox} = scene(root(), [holder('example-app')], {authorizations: [{description: CREDENTIAL}, ...authorizations]})
    const ids = sandbox.world.authorizations.filter(({client}) => client !== null).map(({id}) => id)
    return {id: ids[0] ?? '', process, sandbox}
  }

  for (const description of [integration.description, '', DEFAULT, `${CREDENTIAL}-ci`]) {
    it(`is refused by its ID, with the name of the client, as of "${description}"`, async function () {
      const {id, process, sandbox} = scenery({...integration, description})
      for (const outgoing of [{id}, {description: id}]) {
        for (const inPlace of [false, true]) {
          const error = await errorOf(RotationError, makePlan(process().context, requestOf(['example-app'], {inPlace, outgoing})))
          expect(error).to.include({code: 'ROTATE_CLIENT', exit: 'failed', now: 'Nothing was changed.'})
          expect(error.happened).to.include(`belongs to ${CLIENT}`).and.to.include(id)
        }
      }

      expect(changes(sandbox)).to.deep.equal([])
    })
  }

  it('is refused by its description, with the name of the client', async function () {
    const {id, process} = scenery(integration)
    const error = await errorOf(RotationError, makePlan(process().context, requestOf(['example-app'], {outgoing: {description: integration.description}})))
    expect(error).to.include({code: 'ROTATE_CLIENT'})
    expect(error.happened).to.include(CLIENT).and.to.include(id)
    expect(error.next.join('\n')).to.include(`heroku authorizations:info ${id}`)
  })

  it('is not compared with its consumers, and is no issue of a credential of its description', async function () {
    const {id, process} = scenery({...integration, description: `${CREDENTIAL}-2026-01-01`})
    const request = {ask: null, concurrency: 10, consumers: [], given: null, refuseInFlight: findInFlight}
    expect(await errorOf(RotationError, findDrift(process().context, {...request, named: {id}}))).to.include({code: 'ROTATE_CLIENT'})
    const found = await findDrift(process().context, {...request, named: {description: CREDENTIAL}})
    expect([found.isDrift, found.issues.length]).to.deep.equal([false, 1])
    const {plan} = await makePlan(process().context, requestOf(['example-app']))
    expect(plan.outgoing.id).not.to.equal(id)
    expect(plan.warnings).to.deep.equal([])
  })

  it('is not offered', async function () {
    const {id, process} = scenery({...integration, description: CREDENTIAL}, {...integration, description: DEFAULT}, {description: DEFAULT}, integration)
    const undescribed = await errorOf(AmbiguousOutgoing, makePlan(process().context, requestOf(['example-app'], {outgoing: {description: DEFAULT}})))
    expect(undescribed.candidates).to.have.length(1)
    expect(undescribed.happened).not.to.include(id)
    const unknown = await errorOf(RotationError, makePlan(process().context, requestOf(['example-app'], {outgoing: {description: 'no-such-token'}})))
    expect(unknown.happened).to.include(CREDENTIAL).and.not.to.include(CLIENT)
  })

  it('makes no credential of its description look rotated', async function () {
    const {process} = scenery({...integration, description: CREDENTIAL})
    const {authorizations, overdue} = await statusOf(process().context, {cadences: [{every: 30, name: CREDENTIAL}], file: null, within: 0})
    expect(overdue).to.equal(1)
    expect(authorizations.filter(({due}) => due === 'overdue').map(({newer}) => newer)).to.deep.equal([null])
    expect(authorizations.filter(({description}) => description === CREDENTIAL).map(({due}) => due)).to.deep.equal(['overdue', null])
  })
})
