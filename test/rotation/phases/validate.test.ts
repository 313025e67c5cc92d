import {expect} from 'chai'

import {RotationError} from '../../../src/lib/errors.js'
import {errorOf} from '../../support/failure.js'
import {advance} from '../../support/one.js'
import {alive, begin, carryOut, CREDENTIAL, holder, requestOf, rotate, scene} from '../../support/rotations.js'
import {tempRoot} from '../../support/temp-root.js'

const INCOMING = `${CREDENTIAL}-2026-01-15`
const apps = [holder('example-app'), holder('example-console')]
const consumers = ['example-app', 'example-console']

describe('validate', function () {
  const root = tempRoot()

  const scopes: [scope: string[], asks: string[]][] = [
    [['global'], ['/account', '/apps/example-app/config-vars', '/apps/example-console/config-vars']],
    [['identity'], ['/account']],
    [['read'], ['/apps/example-app', '/apps/example-console']],
    [['write'], ['/apps/example-app', '/apps/example-console']],
    [['read-protected', 'write-protected'], ['/apps/example-app/config-vars', '/apps/example-console/config-vars']],
    [['identity', 'read-protected'], ['/account', '/apps/example-app/config-vars', '/apps/example-console/config-vars']],
  ]
  for (const [scope, asks] of scopes) {
    it(`tries a token of scope ${scope.join(',')} out where it may be used, and nowhere else`, async function () {
      const {process, sandbox} = scene(root(), apps, {authorizations: [{description: CREDENTIAL, scope}]})
      const rotation = await begin(process().context, requestOf(consumers))
      await advance(rotation, 'create')
      const before = sandbox.log.length
      await carryOut(rotation, () => advance(rotation, 'validate'))
      expect(sandbox.log.slice(before).map(({path}) => path).toSorted()).to.deep.equal(asks)
      expect(sandbox.log.slice(before).every(({as, method, status}) => method === 'GET' && status === 200 && as.startsWith(INCOMING))).to.equal(true)
    })

    it(`is followed by a whole rotation of a token of scope ${scope.join(',')}`, async function () {
      const {process, sandbox} = scene(root(), apps, {authorizations: [{description: CREDENTIAL, scope}]})
      const {state} = await rotate(process().context, requestOf(consumers))
      expect(alive(sandbox)).to.deep.equal([INCOMING])
      expect(sandbox.world.authorization(INCOMING)?.scope).to.deep.equal(scope)
      expect(state.proof).to.deep.include({by: 'token', outgoingStatus: 401})
      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  const wrongs: [string, RegExp, (sandbox: ReturnType<typeof scene>['sandbox'], id: string) => void][] = [
    ['is refused', /is refused by Heroku/, (sandbox, id) => {
      const made = sandbox.world.authorizations.find(one => one.id === id)
      if (made) sandbox.world.revoke(made)
    }],
    ['may not read an app\'s config vars', /may not read the config vars of example-app/, sandbox => {
      sandbox.faults.armRaw(({path}) => (path === '/apps/example-app/config-vars' ? {body: '{"id":"forbidden"}', status: 403} : undefined))
    }],
    ['belongs to somebody else', /belongs to stranger@example.com, not to operator@example.com/, sandbox => {
      sandbox.faults.armRaw(({path}) => (path === '/account' ? {body: '{"id":"other","email":"stranger@example.com"}', status: 200} : undefined))
    }],
  ]
  for (const [what, words, meddle] of wrongs) {
    it(`stops when the new token ${what}, before anything was written`, async function () {
      const {process, sandbox} = scene(root(), apps)
      const rotation = await begin(process().context, requestOf(consumers))
      await advance(rotation, 'create')
      meddle(sandbox, rotation.state.incoming?.id ?? '')
      const error = await errorOf(RotationError, carryOut(rotation))
      expect(error).to.include({code: 'ROTATE_INVALID', exit: 'incomplete'})
      expect(error.happened).to.match(words)
      expect(error.now).to.include('The old token still works.').and.to.include('Everything still has what it had before.')
      expect(error.next.join('\n')).to.include(`rollback --rotation ${rotation.id}`)
      expect(sandbox.world.violations).to.deep.equal([])
    })
  }

  const answers: [string, RegExp, Record<string, unknown>][] = [
    ['another scope', /has scope read instead of global/, {scope: ['read']}],
    ['an expiry', /expires in 60 minutes \(3600 s\), but the plan says that it never expires/, {expires_in: 3600}],
  ]
  for (const [what, words, {expires_in: expiresIn = null, scope = ['global']}] of answers) {
    it(`stops when Heroku made the token with ${what} that was not asked for`, async function () {
      const {process, sandbox} = scene(root(), apps)
      sandbox.faults.armRaw(({body, method}) => {
        if (method !== 'POST') return undefined
        const asked: {description: string} = JSON.parse(body)
        const {createdAt, description, id, token} = sandbox.world.createAuthorization(asked)
        return {body: JSON.stringify({access_token: {expires_in: expiresIn, token}, created_at: new Date(createdAt).toISOString(), description, id, scope}), status: 201}
      })
      const error = await errorOf(RotationError, rotate(process().context, requestOf(consumers)))
      expect(error.code).to.equal('ROTATE_INVALID')
      expect(error.happened).to.match(words)
    })
  }

  it('takes an expiry that was asked for', async function () {
    const {process, sandbox} = scene(root(), apps)
    await rotate(process().context, requestOf(consumers, {expiresIn: 7_776_000}))
    expect(sandbox.world.authorization(INCOMING)?.current.expiresIn).to.equal(7_776_000)
  })

  it('keeps the expiry and scopes of the outgoing one where nothing was asked for, unknown scopes too', async function () {
    const {process, sandbox} = scene(root(), apps, {authorizations: [{ageDays: 0, description: CREDENTIAL, expiresIn: 7_776_000, scope: ['global', 'apps:*.read']}]})
    await rotate(process().context, requestOf(consumers))
    const made = sandbox.world.authorization(INCOMING)
    expect([made?.current.expiresIn, made?.scope]).to.deep.equal([7_776_000, ['global', 'apps:*.read']])
  })
})
