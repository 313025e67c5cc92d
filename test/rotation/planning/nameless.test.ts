import {expect} from 'chai'

import {AmbiguousOutgoing} from '../../../src/lib/credentials/outgoing.js'
import {RotationError} from '../../../src/lib/errors.js'
import {findDrift} from '../../../src/lib/inventory/drift.js'
import {planText} from '../../../src/lib/output/plan-text.js'
import {stylesFor} from '../../../src/lib/output/styles.js'
import {findInFlight} from '../../../src/lib/rotation/guards/in-flight.js'
import {makePlan} from '../../../src/lib/rotation/planning/make-plan.js'
import {makePlans} from '../../../src/lib/rotation/planning/several.js'
import {statusOf} from '../../../src/lib/rotation/report/status.js'
import {takeOverRotation} from '../../../src/lib/rotation/state/take-over.js'
import {errorOf} from '../../support/failure.js'
import {advance} from '../../support/one.js'
import {alive, begin, carryOut, KEY, requestOf, rotate, scene} from '../../support/rotations.js'
import {sampleToken} from '../../support/sample-token.js'
import {tempRoot} from '../../support/temp-root.js'

const DEFAULT = 'Long-lived user authorization'

describe('an authorization that nobody has described', function () {
  const root = tempRoot()

  /** Two of them, each in an app of its own. */
  function scenery(description: string) {
    const tokens = [sampleToken('one'), sampleToken('two')]
    const {process, sandbox} = scene(root(), [{config: {[KEY]: tokens[0] ?? ''}, name: 'example-app'}, {config: {[KEY]: tokens[1] ?? ''}, name: 'example-console'}], {
      authorizations: tokens.map((token, index) => ({ageDays: 100 + 100 * index, description, token})),
    })
    const [first = '', second = ''] = sandbox.world.authorizations.filter(({isSession}) => !isSession).map(({id}) => id)
    return {first, process, sandbox, second}
  }

  for (const description of ['', ' ', DEFAULT, `${DEFAULT}-2025-10-17`]) {
    describe(`as of "${description}"`, function () {
      it('is named by its ID, and so is what takes its place', async function () {
        const {first, process, sandbox, second} = scenery(description)
        const {plan} = await rotate(process().context, requestOf(['example-app'], {outgoing: {id: first}}))
        expect(plan.name).to.equal(first)
        expect(plan.warnings, 'the second one is no issue of it').to.deep.equal([])
        expect(alive(sandbox)).to.deep.equal([description, `${first}-2026-01-15`])
        expect(sandbox.world.authorizations.some(({id}) => id === second)).to.equal(true)
      })

      it('is rotated again by the name that the first rotation gave it', async function () {
        const {first, process, sandbox} = scenery(description)
        await rotate(process().context, requestOf(['example-app'], {outgoing: {id: first}}))
        const {plan} = await rotate(process().context, requestOf(['example-app'], {outgoing: {description: first}}))
        expect(plan.name).to.equal(first)
        expect(alive(sandbox)).to.deep.equal([description, `${first}-2026-01-15-2`])
      })

      it('is found by its ID said as a name, as printed commands say it', async function () {
        const {first, process} = scenery(description)
        const {plan} = await makePlan(process().context, requestOf(['example-app'], {outgoing: {description: first}}))
        expect([plan.name, plan.outgoing.id]).to.deep.equal([first, first])
      })

      it('is regenerated in place', async function () {
        const {first, process} = scenery(description)
        const {plan, state} = await rotate(process().context, requestOf(['example-app'], {inPlace: true, outgoing: {id: first}}))
        expect([plan.name, state.closed]).to.deep.equal([first, 'completed'])
      })

      it('is seen to be in flight on another machine, and does not keep others from being rotated', async function () {
        const {first, process, second} = scenery(description)
        for (const [inPlace, until] of [[false, 'create'], [true, 'mark']] as const) {
          const outgoing = {id: inPlace ? second : first}
          const request = requestOf([inPlace ? 'example-console' : 'example-app'], {inPlace, outgoing})
          const rotation = await begin(process({root: `${root()}/elsewhere-${until}`}).context, request)
          await carryOut(rotation, () => advance(rotation, until))
          const error = await errorOf(RotationError, makePlan(process().context, request))
          expect(error.code).to.equal('ROTATE_IN_FLIGHT')
          expect(error.happened).to.include(rotation.id)
          if (!inPlace) expect((await makePlan(process().context, requestOf(['example-console'], {outgoing: {id: second}}))).plan.name).to.equal(second)
        }
      })

      it('is taken over from a machine that is gone', async function () {
        const {first, process, sandbox} = scenery(description)
        const rotation = await begin(process({root: `${root()}/gone`}).context, requestOf(['example-app'], {outgoing: {id: first}}))
        await carryOut(rotation, () => advance(rotation, 'fanout'))
        const taken = await takeOverRotation(process().context, rotation.id)
        expect([taken.plan.name, taken.plan.outgoing.id]).to.deep.equal([first, first])
        await carryOut(taken)
        expect(alive(sandbox)).to.deep.equal([description, `${first}-2026-01-15`])
      })

      it('has consumers of its own, which hold no drift', async function () {
        const {first, process, second} = scenery(description)
        for (const [id, app] of [[first, 'example-app'], [second, 'example-console']] as const) {
          const found = await findDrift(process().context, {ask: null, concurrency: 10, consumers: [], given: null, named: {id}, refuseInFlight: findInFlight})
          expect([found.isDrift, found.name, found.issues.length, found.consumers.map(consumer => consumer.id)]).to.deep.equal([false, id, 1, [`heroku-config:${app}`]])
        }
      })

      it('is due by its own age, whatever else nobody has described', async function () {
        const {first, process, second} = scenery(description)
        const {authorizations, next, overdue} = await statusOf(process().context, {cadences: [{every: 90, name: first}, {every: 150, name: second}], file: 'rotation.yml', within: 0})
        expect(overdue).to.equal(2)
        expect(authorizations.slice(0, 2).map(({due, id, name}) => [due, id, name])).to.deep.equal([['overdue', second, second], ['overdue', first, first]])
        expect(next).to.equal(`heroku authorizations:rotate --file rotation.yml --description ${second}`)
      })

      it('is never told as nothing', async function () {
        const {first, process} = scenery(description)
        const {plan} = await makePlan(process().context, requestOf(['example-app'], {outgoing: {id: first}}))
        const text = planText(plan, {columns: 200, styles: stylesFor('stdout', {NO_COLOR: '1'})})
        expect(text).to.include(`Rotate ${first} (`).and.not.to.match(/old\s+\(/)
        const error = await errorOf(RotationError, makePlans(process().context, [requestOf(['no-such-app'], {outgoing: {id: first}})]))
        expect(error.happened).to.include('no such app').and.not.to.include('undefined')
      })
    })
  }

  it('is not found by the description that Heroku gives all of them: an ID has to be said', async function () {
    const {first, process, sandbox, second} = scenery(DEFAULT)
    const error = await errorOf(AmbiguousOutgoing, makePlan(process().context, requestOf(['example-app'], {outgoing: {description: DEFAULT}})))
    expect(error.candidates.map(({id}) => id)).to.have.members([first, second])
    const one = sandbox.world.authorizations.find(({id}) => id === second)
    if (one) sandbox.world.revoke(one)
    const alone = await errorOf(AmbiguousOutgoing, makePlan(process().context, requestOf(['example-app'], {outgoing: {description: DEFAULT}})))
    expect(alone.happened).to.include(`Heroku calls every authorization without a description ${DEFAULT}`).and.to.include(first)
    expect(alone.next).to.deep.equal([`heroku authorizations:rotate ${first} --app example-app`])
  })
})
