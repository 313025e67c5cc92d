import {expect} from 'chai'

import type {Authorization} from '../../../../src/lib/heroku/schemas.js'

import {lifetime} from '../../../../src/lib/heroku/lifetime.js'

const made = Date.parse('2026-01-15T12:00:00Z')
const authorization = (expiresIn: null | number): Authorization =>
  ({client: null, createdAt: '2026-01-15T12:00:00Z', description: 'example-token', expiresIn, id: 'a', scope: ['global'], token: null, updatedAt: '2026-01-15T12:00:00Z', userId: null})

describe('lifetime', function () {
  it('is the same at any time, whatever is left of it', function () {
    for (const age of [0, 10, 86_400]) expect(lifetime(authorization(7_776_000 - age), made + age * 1000)).to.equal(7_776_000)
  })

  it('is null where the token never ends', function () {
    expect(lifetime(authorization(null), made)).to.equal(null)
  })

  it('does not mind a clock that is some seconds off', function () {
    expect(lifetime(authorization(7_776_000), made - 5000)).to.equal(7_776_000)
    expect(lifetime(authorization(7_776_000), made + 5000)).to.equal(7_776_000)
  })
})
