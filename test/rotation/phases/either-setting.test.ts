import {expect} from 'chai'

import type {SandboxOptions, Switches} from '../../sandbox/sandbox.js'

import {RotationError} from '../../../src/lib/errors.js'
import {errorOf} from '../../support/failure.js'
import {rollBack} from '../../support/one.js'
import {alive, carryOut, CREDENTIAL, found, holder, holders, KEY, requestOf, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const apps = () => [holder('example-app', {releasePhaseMs: 3000}), holder('example-console')]
const request = requestOf(['example-app@0', 'example-console'])

/** What is not known of the real platform, each set the other way than the sandbox has it. */
const settings: Partial<Switches>[] = [
  {redactReads: false},
  {redactShow: false, redactWrites: false},
  {redactSuffix: false},
  {redactPrefixLength: 12},
  {tokenFormat: 'hrku41'},
  {tokenFormat: 'uuid'},
  {refreshTokens: 'redacted'},
  {refreshTokens: 'full'},
  {revocationDelay: 10_000},
  {listEventuallyConsistent: 10_000},
  {scopeRequired: true},
  {scopesEnforced: false},
  {accountScopes: 'any'},
  {nonGlobalMayManageAuthorizations: true},
  {identicalPatchMakesRelease: false},
  {pendingPatchReturnsOldValues: false},
  {ifMatchHonoured: true},
  {retryAfterHeader: true},
]

describe('a rotation', function () {
  const root = tempRoot()

  for (const switches of settings) {
    it(`comes to the same end with ${JSON.stringify(switches)}`, async function () {
      const {process, sandbox} = scene(root(), apps(), {switches})
      await rotate(process().context, request)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect(holders(sandbox)).to.deep.equal({'example-app': INCOMING, 'example-console': INCOMING})
      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  const worlds: [string, SandboxOptions][] = [
    ['a pool of calls that is nearly empty', {rateLimit: {capacity: 12, perMinute: 75}}],
    ['calls that take their time', {latencyMs: 900}],
  ]
  for (const [what, options] of worlds) {
    it(`comes to the same end with ${what}`, async function () {
      const {process, sandbox} = scene(root(), apps(), options)
      await rotate(process().context, request)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  it('is not confused by a session that looks like the outgoing token where a hint is short', async function () {
    const {process, sandbox} = scene(root(), apps(), {sharedPrefix: true, switches: {redactPrefixLength: 7, redactSuffix: false}})
    await rotate(process().context, request)
    expect(alive(sandbox)).to.deep.equal([INCOMING])
  })

  it('never provokes a 429 by its own polling', async function () {
    const {process, sandbox} = scene(root(), Array.from({length: 20}, (_, index) => holder(`app-${index}`)), {rateLimit: {capacity: 4500, perMinute: 75}})
    await rotate(process().context, requestOf(Array.from({length: 20}, (_, index) => `app-${index}`)))
    expect(sandbox.log.filter(({status}) => status === 429)).to.deep.equal([])
    expect(sandbox.log.length).to.be.at.most(20 * 25)
  }).timeout(10_000)

  describe('over apps that ask for a second factor', function () {
    const account = {twoFactor: true}
    const guarded = [holder('example-app', {twoFactor: true}), holder('example-console', {twoFactor: true})]

    for (const directAuthorizationsSkipTwoFactor of [true, false]) {
      it(`asks the person ${directAuthorizationsSkipTwoFactor ? 'once for each app' : 'for the new token too, where that is challenged'}`, async function () {
        let prompts = 0
        const ask = async () => {
          prompts++
          return '123456'
        }

        const {process, sandbox} = scene(root(), guarded, {account, switches: {directAuthorizationsSkipTwoFactor}})
        await rotate(process({ask}).context, request)
        expect(alive(sandbox)).to.deep.equal([INCOMING])
        expect(prompts).to.be.at.most(directAuthorizationsSkipTwoFactor ? 2 : 4)
      })
    }

    it('changes nothing where there is no terminal', async function () {
      const {process, sandbox} = scene(root(), guarded, {account})
      const error = await errorOf(RotationError, rotate(process().context, request))
      expect(error).to.include({code: 'ROTATE_TWO_FACTOR', exit: 'failed'})
      expect(sandbox.log.filter(({method}) => method !== 'GET')).to.deep.equal([])
    })

    it('changes nothing where the create is challenged and nobody can be asked', async function () {
      const {process, sandbox} = scene(root(), apps(), {account, switches: {authorizationWritesNeedTwoFactor: true}})
      const error = await errorOf(RotationError, rotate(process().context, request))
      expect(error).to.include({code: 'ROTATE_TWO_FACTOR', now: 'Nothing was changed.'})
      expect(alive(sandbox)).to.have.length(1)
    })

    it('is asked for the create and the revoke where these are challenged', async function () {
      const ask = async () => '123456'
      const {process, sandbox} = scene(root(), apps(), {account, switches: {authorizationWritesNeedTwoFactor: true}})
      await rotate(process({ask}).context, request)
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect(sandbox.world.authorizations.filter(({isSession}) => !isSession)).to.have.length(1)
    })
  })

  describe('over a config var that is write-only', function () {
    for (const maskedConfigVars of ['asterisks', 'null', 'value'] as const) {
      it(`never leaves it with a token that does not work (shown as ${maskedConfigVars})`, async function () {
        const {process, sandbox} = scene(root(), [holder('example-app', {masked: [KEY]})], {switches: {maskedConfigVars}})
        const {context} = process()
        try {
          await rotate(context, requestOf(['example-app']))
        } catch {
          const inFlight = await found(process().context).catch(() => null)
          if (inFlight) await carryOut(inFlight, rollBack)
        }

        const value = sandbox.world.app('example-app').config[KEY] ?? ''
        expect(sandbox.world.isLive(value), 'what the app holds is a live token').to.equal(true)
        expect(sandbox.world.violations).to.deep.equal([])
      })
    }
  })
})
