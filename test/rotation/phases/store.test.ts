import {expect} from 'chai'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {Request} from '../../../src/lib/rotation/planning/make-plan.js'

import {RotationError} from '../../../src/lib/errors.js'
import {explain} from '../../../src/lib/rotation/report/explain.js'
import {createInfisical} from '../../sandbox/infisical/infisical.js'
import {errorOf} from '../../support/failure.js'
import {advance, rollBack} from '../../support/one.js'
import {alive, begin, carryOut, changes, CREDENTIAL, found, holder, holders, KEY, requestOf, resume, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`

describe('store', function () {
  const root = tempRoot()
  const path = () => join(root(), 'vault.env')

  /** An app, and a file that is the record of the secret. */
  async function scenery() {
    const made = scene(root(), [holder('example-app')])
    const {world} = made.sandbox
    await writeFile(path(), `OTHER=1\n${KEY}=${world.authorization(CREDENTIAL)?.token}\n`, {mode: 0o600})
    const ofApp = requestOf(['example-app'])
    const store = {address: {kind: 'file', path: path()}, role: 'store', wave: 0} as const
    const request: Request = {...ofApp, consumers: [...ofApp.consumers, store]}
    return {...made, request, stored: async () => world.nameOf(/^HEROKU_API_KEY=(.*)$/m.exec(await readFile(path(), 'utf8'))?.[1] ?? '')}
  }

  it('is written and read back before any consumer', async function () {
    const {process, request, sandbox, stored} = await scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'store'))
    expect(await stored()).to.include(INCOMING)
    expect(holders(sandbox)).to.deep.equal({'example-app': CREDENTIAL})
    await resume(process().context)
    expect([await stored(), alive(sandbox)]).to.deep.equal([INCOMING, [INCOMING]])
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('teaches the outgoing token where no app holds it', async function () {
    const {process, request, sandbox} = await scenery()
    sandbox.world.setConfig('example-app', {[KEY]: null})
    const {plan, state} = await rotate(process().context, request)
    expect(plan.outgoing.fingerprint).not.to.equal(null)
    expect(state.proof).to.deep.include({by: 'token'})
  })

  it('stops the rotation before any consumer is written when it cannot be', async function () {
    const {process, request, sandbox} = await scenery()
    const rotation = await begin(process().context, request)
    await advance(rotation, 'validate')
    await writeFile(path(), `${KEY}=$(op read it)\n`)
    const error = await errorOf(RotationError, carryOut(rotation))
    expect(error).to.include({code: 'ROTATE_NOT_HELD_HERE', exit: 'incomplete'})
    expect(changes(sandbox)).to.deep.equal(['POST /oauth/authorizations'])
    expect(rotation.state.phases.get('fanout')).to.equal(undefined)
  })

  it('that refuses the token holds what it held, and a rollback waits for nothing', async function () {
    const made = scene(root(), [holder('example-app')])
    const {clock, process, sandbox} = made
    const infisical = createInfisical({clock, secrets: [{value: sandbox.world.authorization(CREDENTIAL)?.token ?? ''}], switches: {readOnly: true}, world: sandbox.world})
    const outside = {
      env: {INFISICAL_TOKEN: infisical.credentials.tokens.user},
      fetch: infisical.fetch,
      home: '/nowhere',
      lookup: async () => [],
      person: {agrees: async () => null, confirms: async () => null},
      run: () => Promise.reject(new Error('no programs')),
    }
    const address = {environment: 'prod', kind: 'infisical', path: '/', project: infisical.project, secret: KEY} as const
    const ofApp = requestOf(['example-app'])
    const rotation = await begin(process({outside}).context, {...ofApp, consumers: [...ofApp.consumers, {address, role: 'store', wave: 0}]})
    const error = explain(await errorOf(RotationError, carryOut(rotation)), rotation)
    expect(error).to.include({code: 'ROTATE_INFISICAL_DENIED', exit: 'incomplete'})
    expect(error.now).to.include('Everything still has what it had before.')
    const started = clock.now()
    await carryOut(await found(process({outside}).context), rollBack)
    expect(clock.now() - started).to.be.below(10_000)
    expect(alive(sandbox)).to.deep.equal([CREDENTIAL])
    expect(sandbox.world.violations).to.deep.equal([])
  })

  it('is given back what it held, after the consumers', async function () {
    const {process, request, sandbox, stored} = await scenery()
    const rotation = await begin(process().context, request)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    await carryOut(await found(process().context), rollBack)
    expect([await stored(), alive(sandbox)]).to.deep.equal([CREDENTIAL, [CREDENTIAL]])
    expect(await readFile(path(), 'utf8')).to.match(/^OTHER=1\n/)
  })

  it('is looked at again right before the revoke', async function () {
    const {process, request, sandbox} = await scenery()
    const rotation = await begin(process().context, request)
    const before = await readFile(path(), 'utf8')
    await advance(rotation, 'drain')
    await writeFile(path(), before)
    expect(await errorOf(RotationError, carryOut(rotation))).to.include({code: 'ROTATE_NOT_HELD', exit: 'incomplete'})
    expect(alive(sandbox)).to.include(CREDENTIAL)
    await resume(process().context)
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })
})
