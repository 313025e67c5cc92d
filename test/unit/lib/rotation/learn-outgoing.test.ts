import {expect} from 'chai'

import type {Authorization} from '../../../../src/lib/heroku/schemas.js'

import {RotationError} from '../../../../src/lib/errors.js'
import {learnOutgoing} from '../../../../src/lib/inventory/inspect.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {everythingIn, leaked} from '../../../support/leaks.js'
import {sampleToken} from '../../../support/sample-token.js'

const stars = '*'.repeat(10)
const token = sampleToken('outgoing')
const session = sampleToken('session')
const other = sampleToken('other')

const authorization = (id: string, shown: null | string): Authorization => ({
  createdAt: '2025-10-17T12:00:00Z', description: 'example-token', expiresIn: null, id, scope: ['global'], token: shown === null ? null : new Secret(shown),
  updatedAt: '2025-10-17T12:00:00Z', userId: null,
})

function learnt(shown: null | string, ...held: (null | string)[]): null | string {
  return learntAmong([shown], ...held)
}

/** The first one is the outgoing one. */
function learntAmong(shown: readonly (null | string)[], ...held: (null | string)[]): null | string {
  const all = shown.map((hint, index) => authorization(`id-${index}`, hint))
  const [outgoing = authorization('id', null)] = all
  const consumers = held.map((value, index) => ({holding: {values: new Map([[`KEY_${index}`, value === null ? null : new Secret(value)]])}}))
  return learnOutgoing(outgoing, all, new Secret(session), consumers)?.expose(value => value) ?? null
}

const hint = (value: string) => value.slice(0, 10) + stars + value.slice(-4)

describe('learnOutgoing', function () {
  it('finds the value among what the consumers hold', function () {
    expect(learnt(hint(token), null, other, token)).to.equal(token)
  })

  it('takes one value that many hold for one', function () {
    expect(learnt(hint(token), token, token, token)).to.equal(token)
  })

  it('finds it in the session', function () {
    expect(learnt(hint(session), other)).to.equal(session)
    expect(learnt(hint(session), session)).to.equal(session)
  })

  it('does not find it in a session that fits another authorization as well', function () {
    const short = session.slice(0, 5) + stars
    expect(learntAmong([short, short])).to.equal(null)
    expect(learntAmong([short, hint(other)])).to.equal(session)
  })

  it('is null where nobody holds it', function () {
    expect(learnt(hint(token), other, null)).to.equal(null)
    expect(learnt(hint(token))).to.equal(null)
    expect(learnt(null, token)).to.equal(null)
  })

  it('takes what the API tells where it is not redacted, whatever the consumers hold', function () {
    expect(learnt(token, other)).to.equal(token)
  })

  it('does not guess between two values that both match', function () {
    const [one, two] = ['A', 'B'].map(middle => token.slice(0, 10) + middle.repeat(40) + token.slice(-4))
    let refusal: unknown
    try {
      learnt(hint(token), one ?? null, two ?? null)
    } catch (error) {
      refusal = error
    }

    expect(refusal).to.be.instanceOf(RotationError).and.to.include({code: 'ROTATE_TWO_VALUES', exit: 'failed', now: 'Nothing was changed.'})
    expect(everythingIn(refusal)).to.include(new Secret(one ?? '').fingerprint).and.to.include(new Secret(two ?? '').fingerprint)
    expect(leaked(everythingIn(refusal), [one ?? '', two ?? ''])).to.deep.equal([])
  })
})
