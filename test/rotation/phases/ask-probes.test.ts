import {expect} from 'chai'

import type {Outside, Run} from '../../../src/lib/ports.js'
import type {Request} from '../../../src/lib/rotation/planning/make-plan.js'

import {RotationError} from '../../../src/lib/errors.js'
import {makePlan} from '../../../src/lib/rotation/planning/make-plan.js'
import {errorOf} from '../../support/failure.js'
import {leaked} from '../../support/leaks.js'
import {advance, verifyAgain} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, found, holder, holders, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const smoke = (name: string, wave: null | number): Request['probes'][number] => ({address: {kind: 'command', name, run: ['sh', name]}, wave})

describe('a rotation with probes', function () {
  const root = tempRoot()

  /** Programs that note when they were run, and with what; those named fail. */
  function scenery(...failing: string[]) {
    const made = scene(root(), [holder('example-app'), holder('example-console')])
    const ran: {at: string; name: string; with: string}[] = []
    const run: Run = async ([, name = ''], {env, input}) => {
      ran.push({at: JSON.stringify(holders(made.sandbox)), name, with: JSON.stringify({env, input})})
      return {exitCode: failing.includes(name) ? 1 : 0, stderr: 'not well', stdout: ''}
    }

    const outside: Outside = {
      env: {PATH: process.env['PATH']}, fetch: () => Promise.reject(new Error('nothing is fetched')), home: '/home/operator', lookup: async () => [],
      person: {agrees: async () => null, confirms: async () => null}, run,
    }
    return {...made, failing, process: (parts = {}) => made.process({outside, ...parts}), ran}
  }

  const request = {...requestOf(['example-app@0', 'example-console']), probes: [smoke('canary', 0), smoke('smoke', null)]}

  it('are asked each time verify is called, and everything is read again', async function () {
    const {process, ran, sandbox} = scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, one => advance(one, 'verify'))
    const again = await found(process().context)
    const calls = sandbox.log.length
    await carryOut(again, one => verifyAgain(one))
    expect(ran.map(({name}) => name)).to.deep.equal(['canary', 'smoke', 'smoke'])
    const reads = sandbox.log.slice(calls).filter(({path}) => path.endsWith('/config-vars')).map(({path}) => path)
    expect(reads.toSorted()).to.deep.equal(['/apps/example-app/config-vars', '/apps/example-console/config-vars'])

    sandbox.world.setConfig('example-app', {HEROKU_API_KEY: null})
    const error = await errorOf(RotationError, found(process().context).then(one => carryOut(one, each => verifyAgain(each))))
    expect(error.now).to.include('heroku-config:example-app has what was there before, or what somebody else wrote')
    expect(error.now).to.include('heroku-config:example-console uses the new token.')
  })

  it('asks those of a wave before the next one is written, and the others at the end', async function () {
    const {process, ran, sandbox} = scenery()
    const {state} = await rotate(process().context, request)
    expect(ran.map(({name}) => name)).to.deep.equal(['canary', 'smoke'])
    expect(ran[0]?.at).to.include(`"example-console":"${CREDENTIAL}"`).and.to.include(`"example-app":"${INCOMING}`)
    expect(ran[1]?.at).to.include(`"example-console":"${INCOMING}`)
    expect([...state.probes]).to.deep.equal([['command:canary', 'exit 0'], ['command:smoke', 'exit 0']])
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })

  it('gives them no token', async function () {
    const {process, ran, sandbox} = scenery()
    await rotate(process().context, request)
    expect(leaked(ran.map(one => one.with).join('\n'), [sandbox.sessionToken, ...sandbox.world.existingAuthorizations.map(({token}) => token)])).to.deep.equal([])
  })

  it('does not write the next wave when the canary is not well, and is resumed once it is', async function () {
    const {failing, process, sandbox} = scenery('canary')
    const rotation = await begin(process().context, request)
    const error = await errorOf(RotationError, carryOut(rotation))
    expect(error).to.include({code: 'ROTATE_PROBE', exit: 'incomplete'})
    expect(error.happened).to.equal('canary: sh ended with 1.')
    expect(holders(sandbox)['example-console']).to.equal(CREDENTIAL)
    failing.length = 0
    await resume(process().context)
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })

  it('does not revoke when what is asked at the end is not well', async function () {
    const {process, sandbox} = scenery('smoke')
    expect(await errorOf(RotationError, rotate(process().context, request))).to.include({code: 'ROTATE_PROBE', exit: 'incomplete'})
    expect(alive(sandbox)).to.include(CREDENTIAL)
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('runs nothing when it plans, and says which probe could not be asked', async function () {
    const {process, ran} = scenery()
    const {plan} = await makePlan(process().context, request)
    expect(plan.probes.map(({id, wave}) => [id, wave])).to.deep.equal([['command:canary', 0], ['command:smoke', null]])
    const missing = {...request, probes: [{address: {kind: 'command' as const, name: 'gone', run: ['/no/such/program']}, wave: null}]}
    const error = await errorOf(RotationError, makePlan(process().context, missing))
    expect(error).to.include({code: 'ROTATE_PROBE', exit: 'failed', now: 'Nothing was changed.'})
    expect(error.happened).to.include('command:gone')
    expect(ran).to.deep.equal([])
  })
})
