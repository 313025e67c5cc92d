import {expect} from 'chai'

import type {Authorization} from '../../../../src/lib/heroku/schemas.js'

import {nextCommand, RotationError} from '../../../../src/lib/errors.js'
import {findOutgoing, plannedOutgoing} from '../../../../src/lib/inventory/outgoing-token.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {errorOf} from '../../../support/failure.js'
import {everythingIn, leaked} from '../../../support/leaks.js'
import {CREDENTIAL, scene} from '../../../support/rotations.js'
import {sampleToken} from '../../../support/sample-token.js'
import {tempRoot} from '../../../support/temp-root.js'

const stars = '*'.repeat(10)
const token = sampleToken('outgoing')
const session = sampleToken('session')
const other = sampleToken('other')

const authorization = (id: string, shown: null | string): Authorization => ({
  client: null, createdAt: '2025-10-17T12:00:00Z', description: 'example-token', expiresIn: null, id, scope: ['global'], token: shown === null ? null : new Secret(shown),
  updatedAt: '2025-10-17T12:00:00Z', userId: null,
})
const redacted = (value: string) => value.slice(0, 10) + stars + value.slice(-4)
const located = (values: readonly (null | string)[]) => values.flatMap((value, index) => (value === null ? [] : [{at: `example-app:KEY_${index}`, token: new Secret(value)}]))
const world = {account: {email: 'operator@example.com', id: 'operator'}, ask: null, concurrency: 10, given: null}

describe('findOutgoing', function () {
  const root = tempRoot()

  async function learnt(shown: null | string, ...held: (null | string)[]): Promise<null | string> {
    const {context} = scene(root(), []).process({session})
    const outgoing = authorization('id', shown)
    const found = await findOutgoing(context, {scanned: [], trusted: located(held)}, {...world, authorizations: [outgoing], outgoing})
    return found?.expose(value => value) ?? null
  }

  it('finds the value among what the consumers hold', async function () {
    expect(await learnt(redacted(token), null, other, token)).to.equal(token)
  })

  it('takes one value that many hold for one', async function () {
    expect(await learnt(redacted(token), token, token, token)).to.equal(token)
  })

  it('finds it in the session', async function () {
    expect(await learnt(redacted(session), other)).to.equal(session)
    expect(await learnt(redacted(session), session)).to.equal(session)
  })

  it('is null where nobody holds it', async function () {
    expect(await learnt(redacted(token), other, null)).to.equal(null)
    expect(await learnt(redacted(token))).to.equal(null)
    expect(await learnt(null, token)).to.equal(null)
  })

  it('takes what the API tells where it is not redacted, whatever the consumers hold', async function () {
    expect(await learnt(token, other)).to.equal(token)
  })

  it('does not guess between two values that both match', async function () {
    const {process, sandbox} = scene(root(), [], {authorizations: [{description: CREDENTIAL}, {description: 'twin'}], sharedPrefix: true, switches: {redactSuffix: false}})
    const {context} = process()
    const [account, authorizations] = await Promise.all([context.api.account(), context.api.authorizations()])
    const outgoing = authorizations.find(({description}) => description === CREDENTIAL) ?? authorization('id', null)
    const values = [CREDENTIAL, 'twin'].map(description => sandbox.world.authorization(description)?.token ?? '')
    const refusal = await errorOf(RotationError, findOutgoing(context, {scanned: located(values), trusted: located(values)}, {...world, account, authorizations, outgoing}))
    expect(refusal).to.include({code: 'ROTATE_TWO_VALUES', exit: 'failed', now: 'Nothing was changed.'})
    expect(nextCommand(refusal), 'a script can follow it too').to.equal('--outgoing-token-stdin')
    for (const value of values) expect(everythingIn(refusal)).to.include(new Secret(value).fingerprint)
    expect(leaked(everythingIn(refusal), values)).to.deep.equal([])
  })
})

describe('plannedOutgoing', function () {
  const values = [session, token, other, token].map(value => new Secret(value))
  const chosen = (fingerprint: null | string) => plannedOutgoing({fingerprint}, [null, ...values])?.expose(value => value) ?? null

  it('finds the value that was planned with, whatever looks like it', function () {
    expect(chosen(new Secret(token).fingerprint)).to.equal(token)
    expect(chosen(new Secret(session).fingerprint)).to.equal(session)
  })

  it('is null where nobody holds it any more, or where the plan was made without it', function () {
    expect(chosen(new Secret(sampleToken('gone')).fingerprint)).to.equal(null)
    expect(chosen(null)).to.equal(null)
  })
})
