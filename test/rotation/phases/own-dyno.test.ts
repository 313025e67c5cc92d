import {expect} from 'chai'

import {RotationError} from '../../../src/lib/errors.js'
import {makePlan} from '../../../src/lib/rotation/planning/make-plan.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, holder, requestOf, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const DYNO = 'run.1001'
const bash = {command: 'bash', endsAfterMs: 7_200_000}
const oneOff = {oneOff: [bash]}
const request = requestOf(['example-app'], {drainTimeout: 120})

describe('a rotation that runs in a dyno of a consumer', function () {
  const root = tempRoot()

  function inDyno(env: Record<string, string>, spec: Parameters<typeof holder>[1] = oneOff, others: ReturnType<typeof holder>[] = []) {
    const {process, sandbox} = scene(root(), [holder('example-app', spec), ...others], {switches: {logMood: 'silent'}})
    const {context} = process()
    return {context: {...context, outside: {...context.outside, env}}, sandbox}
  }

  const tells = [{HEROKU_APP_NAME: 'example-app'}, {HEROKU_APP_ID: 'example-app'}, {HEROKU_APP_ID: '01234567', HEROKU_APP_NAME: 'example-app'}]
  for (const app of tells) {
    it(`does not wait for its own dyno, which ${Object.keys(app).join(' and ')} tell with DYNO`, async function () {
      const {context, sandbox} = inDyno({...app, DYNO})
      const {plan, state} = await rotate(context, request)
      expect(plan.remarks).to.include(`heroku-config:example-app: this command runs in ${DYNO} of it, which nothing waits for`)
      expect(state.phases.get('drain')?.seconds).to.equal(30)
      expect(alive(sandbox)).to.deep.equal([`${CREDENTIAL}-2026-01-15`])
    })
  }

  it('does not wait for it in a rollback either', async function () {
    const {context, sandbox} = inDyno({DYNO, HEROKU_APP_NAME: 'example-app'}, {})
    const rotation = await begin(context, request)
    await advance(rotation, 'verify')
    sandbox.world.app('example-app').startOneOff('bash', 7_200_000)
    await carryOut(rotation, rollBack)
    expect(rotation.state.phases.get('undo create')?.seconds).to.be.at.most(31)
  })

  it('waits for other one-off dynos of the app', async function () {
    const {context} = inDyno({DYNO: 'scheduler.7', HEROKU_APP_NAME: 'example-app'})
    expect((await errorOf(RotationError, rotate(context, request))).happened).to.include(`${DYNO} of example-app (bash)`)
  })

  it('waits for a dyno of that name of another app', async function () {
    const {context} = inDyno({DYNO, HEROKU_APP_NAME: 'example-app'}, undefined, [holder('example-console', oneOff)])
    const error = await errorOf(RotationError, rotate(context, requestOf(['example-app', 'example-console'], {drainTimeout: 120})))
    expect(error.happened).to.match(/run\.\d+ of example-console \(bash\)\.$/).and.not.to.include('of example-app')
  })

  it('is told on the plan that its dyno may be waited for, where Heroku does not tell of which app it is', async function () {
    const {context} = inDyno({DYNO})
    const {plan} = await makePlan(context, request)
    expect(plan.warnings).to.deep.equal([[
      `heroku-config:example-app: ${DYNO} may be the dyno of this command; the rotation waits for it:`,
      'heroku labs:enable runtime-dyno-metadata --app example-app tells it apart, or leave it out with --ignore-one-off',
    ].join(' ')])
    expect((await makePlan(inDyno({}).context, request)).plan.warnings).to.deep.equal([])
    expect((await makePlan(inDyno({DYNO: 'scheduler.7'}).context, request)).plan.warnings).to.deep.equal([])
  })

  it('is told on the plan that its own dyno is going to be restarted', async function () {
    const {context} = inDyno({DYNO: 'worker.1', HEROKU_APP_NAME: 'example-app'}, {dynos: {worker: 1}})
    const {plan} = await makePlan(context, request)
    expect(plan.remarks.join('\n')).not.to.include('worker.1')
    expect(plan.warnings).to.deep.equal(['heroku-config:example-app: this command runs in worker.1 of it, which will restart: run it in a one-off dyno'])
  })
})
