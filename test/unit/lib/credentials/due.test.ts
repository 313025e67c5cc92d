import {expect} from 'chai'

import type {Authorization} from '../../../../src/lib/heroku/schemas.js'

import {ages} from '../../../../src/lib/credentials/due.js'

const DAY = 86_400
const now = Date.parse('2026-01-15T12:00:00Z')

/** Its id is its description. */
function made(description: string, daysAgo: number, changes: Partial<Authorization> = {}): Authorization {
  const createdAt = new Date(now - daysAgo * DAY * 1000).toISOString()
  return {client: null, createdAt, description, expiresIn: null, id: description, scope: ['global'], token: null, updatedAt: createdAt, userId: null, ...changes}
}

const quarterly = [{every: 90, name: 'example-token'}]
const dueOf = (authorizations: Authorization[], cadences = quarterly as {every: null | number; name: string}[], within = 0) =>
  ages(authorizations, cadences, {now, within}).map(({description, due}) => [description, due])

describe('ages', function () {
  it('tells age, scope and expiry of each, and when one is due', function () {
    expect(ages([made('example-token-2025-10-07', 100, {expiresIn: 60, scope: ['read']})], [], {now, within: 0})).to.deep.equal([{
      age: 100 * DAY, description: 'example-token-2025-10-07', due: null, due_in: null, every: null, expires_in: 60, id: 'example-token-2025-10-07',
      name: 'example-token', newer: null, rotation: null, scope: ['read'],
    }])
    expect(ages([made('example-token', 100)], quarterly, {now, within: 0})[0]).to.deep.include({due: 'overdue', due_in: -10 * DAY, every: 90})
  })

  const edges: [daysAgo: number, within: number, due: string][] = [
    [91, 0, 'overdue'], [90, 0, 'overdue'], [89.99, 0, 'later'], [76, 14, 'soon'], [75.9, 14, 'later'], [91, 14, 'overdue'], [0, 0, 'later'], [-1, 0, 'later'],
  ]
  for (const [daysAgo, within, due] of edges) {
    it(`says ${due} of one made ${daysAgo} days ago, within ${within} days`, function () {
      expect(dueOf([made('example-token', daysAgo)], quarterly, within)).to.deep.equal([['example-token', due]])
    })
  }

  it('counts what the file names and the account does not have', function () {
    expect(ages([], quarterly, {now, within: 0})[0]).to.deep.include({age: null, due: 'overdue', due_in: null, id: null, name: 'example-token'})
    expect(dueOf([], [{every: null, name: 'example-token'}])).to.deep.equal([['example-token', 'overdue']])
  })

  it('goes by the end of the token where that is first, for what the file names', function () {
    const ending = made('example-token', 10, {expiresIn: 3 * DAY})
    expect(ages([ending], quarterly, {now, within: 7})[0]).to.deep.include({due: 'soon', due_in: 3 * DAY, every: 90})
    expect(dueOf([ending], [{every: null, name: 'example-token'}], 7)).to.deep.equal([['example-token', 'soon']])
    expect(dueOf([made('example-token', 10, {expiresIn: 0})])).to.deep.equal([['example-token', 'overdue']])
  })

  it('does not call a login that ends soon due', function () {
    expect(dueOf([made('Heroku CLI login', 1, {expiresIn: 60}), made('example-token', 1)], quarterly, 14)).to.deep.include(['Heroku CLI login', null])
  })

  it('counts the newest of several issues, and points the others to it', function () {
    const issues = ['2025-06-01', '2025-12-20', '2025-12-20-2'].map((date, index) => made(`example-token-${date}`, [228, 26, 25][index] ?? 0))
    const aged = ages(issues, quarterly, {now, within: 0})
    expect(aged.map(({description, due, newer}) => [description, due, newer])).to.deep.equal([
      ['example-token-2025-12-20-2', 'later', null],
      ['example-token-2025-06-01', null, 'example-token-2025-12-20-2'],
      ['example-token-2025-12-20', null, 'example-token-2025-12-20-2'],
    ])
  })

  it('does not take what a rotation in flight has made for the credential, as long as there is another', function () {
    const incoming = made('example-token-2026-01-15 (rotation k7m2pq9xtz)', 0)
    expect(dueOf([made('example-token', 100), incoming])).to.deep.equal([['example-token', 'overdue'], [incoming.description, null]])
    expect(dueOf([incoming]), 'the old one is revoked').to.deep.equal([[incoming.description, 'later']])
  })

  it('understands a date at the end of a name in the file', function () {
    expect(dueOf([made('example-token', 100)], [{every: 90, name: 'example-token-2025-10-07'}])).to.deep.equal([['example-token', 'overdue']])
  })

  it('puts the most urgent first: missing, overdue, soon, later, and the rest by age', function () {
    const all = [made('unknown', 5), made('older', 500), made('a', 80), made('b', 89), made('c', 95), made('d', 99), made('e', 1)]
    const cadences = ['a', 'b', 'c', 'd', 'e', 'missing'].map(name => ({every: 90, name}))
    expect(dueOf(all, cadences, 10).map(([name]) => name)).to.deep.equal(['missing', 'd', 'c', 'b', 'a', 'e', 'older', 'unknown'])
  })
})
