import {expect} from 'chai'

import type {Request} from '../../../src/lib/rotation/planning/make-plan.js'

import {RotationError} from '../../../src/lib/errors.js'
import {FoundStragglers} from '../../../src/lib/rotation/guards/stragglers.js'
import {createInfisical, type InfisicalOptions} from '../../sandbox/infisical/infisical.js'
import {errorOf} from '../../support/failure.js'
import {advance} from '../../support/one.js'
import {alive, begin, carryOut, changes, CREDENTIAL, holder, KEY, requestOf, resume, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const LOOKING: Request['looking'] = {allowed: [], allowedUnread: [], ask: null, given: null, mode: 'refuse'}

describe('other secrets in the folder of a store', function () {
  const root = tempRoot()

  /** `copies` are other secrets, given the outgoing token. */
  function scenery({copies = () => ({}), switches = {}}: Pick<InfisicalOptions, 'switches'> & {copies?(token: string): Record<string, string>} = {}) {
    const made = scene(root(), [holder('example-app')])
    const {clock, sandbox} = made
    const outgoing = sandbox.world.authorization(CREDENTIAL)?.token ?? ''
    const secrets = Object.entries(copies(outgoing)).map(([key, value]) => ({key, value}))
    const infisical = createInfisical({clock, secrets: [{value: outgoing}, ...secrets], switches, world: sandbox.world})
    const outside = {env: {INFISICAL_TOKEN: infisical.credentials.tokens.identity}, fetch: infisical.fetch}
    const machine = () => {
      const {context: given} = made.process()
      return {...given, outside: {...given.outside, ...outside}}
    }

    const ofApp = requestOf(['example-app'], {looking: LOOKING})
    const store = {address: {environment: 'prod', kind: 'infisical', path: '/', project: infisical.project, secret: KEY}, role: 'store', wave: 0} as const
    return {machine, folder: `infisical:${infisical.project}/prod`, infisical, request: {...ofApp, consumers: [...ofApp.consumers, store]} satisfies Request, outgoing, sandbox}
  }

  for (const [dialect, switches] of [['v4', {}], ['v3', {v4: false}]] as const) {
    it(`stop a rotation before anything is made where they hold the old token (${dialect})`, async function () {
      const {machine, folder, request, sandbox} = scenery({
        copies: token => ({GIT_URL: `https://heroku:${token}@git.heroku.com/a.git`, OTHER: 'nothing like it'}),
        switches,
      })
      const error = await errorOf(FoundStragglers, begin(machine(), request))
      expect(error.happened).to.include(`${folder}:GIT_URL`).and.not.include('OTHER')
      expect(changes(sandbox)).to.deep.equal([])
    })
  }

  it('are let be where they are allowed to keep it', async function () {
    const {machine, folder, request, sandbox} = scenery({copies: token => ({COPY: token})})
    const allowed = {...request, looking: {...request.looking, allowed: [folder]}}
    const rotation = await begin(machine(), allowed)
    await carryOut(rotation)
    expect(alive(sandbox)).to.deep.equal([`${CREDENTIAL}-2026-01-15`])
  })

  it('stop the revoke where somebody copies the outgoing token there meanwhile, and say what to type', async function () {
    const {machine, folder, infisical, outgoing, request, sandbox} = scenery()
    const rotation = await begin(machine(), request)
    await carryOut(rotation, () => advance(rotation, 'verify'))
    infisical.set(outgoing, {key: 'COPY'})
    const error = await errorOf(RotationError, resume(machine()))
    expect(error.happened).to.include(`${folder}:COPY`)
    expect(error.next.join('\n')).to.include(`Name COPY of ${folder} in a rotation file`).and.include(`--allow-straggler ${folder}`).and.not.include('--pipeline')
    expect(alive(sandbox)).to.have.length(2)
  })

  it('refuse a rotation where the login cannot list them, unless that is allowed', async function () {
    const {machine, folder, request, sandbox} = scenery({switches: {noList: true}})
    const error = await errorOf(RotationError, begin(machine(), request))
    expect(error.code).to.equal('ROTATE_UNREADABLE')
    expect(error.happened).to.include(folder).and.include('does not allow your login to list the secrets of the folder')
    expect(changes(sandbox)).to.deep.equal([])
    const rotation = await begin(machine(), {...request, looking: {...request.looking, allowedUnread: [folder]}})
    await carryOut(rotation)
    expect(alive(sandbox)).to.deep.equal([`${CREDENTIAL}-2026-01-15`])
  })
})
