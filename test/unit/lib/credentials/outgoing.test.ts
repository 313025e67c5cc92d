import {expect} from 'chai'

import type {Authorization} from '../../../../src/lib/heroku/schemas.js'

import {AmbiguousOutgoing, chooseOutgoing, type Named, namedBy} from '../../../../src/lib/credentials/outgoing.js'
import {RotationError} from '../../../../src/lib/errors.js'

const made = (description: string, createdAt = '2025-10-17T12:00:00Z', id = `id of ${description}`): Authorization =>
  ({client: null, createdAt, description, expiresIn: null, id, scope: ['global'], token: null, updatedAt: createdAt, userId: null})

/** The description of the chosen one. */
const chosen = (named: Named, ...authorizations: Authorization[]) => chooseOutgoing(authorizations, named).description

function refusal(named: Named, ...authorizations: Authorization[]): RotationError {
  try {
    chooseOutgoing(authorizations, named)
  } catch (error) {
    if (error instanceof RotationError) return error
    throw error
  }

  throw new Error('one was chosen')
}

const NAME = 'example-token'

describe('chooseOutgoing', function () {
  it('takes the authorization of the ID, whatever it is called', function () {
    expect(chosen({id: 'b'}, made('a', undefined, 'a'), made('whatever', undefined, 'b'))).to.equal('whatever')
    expect(chosen({id: 'b'}, made('b', undefined, 'a'), made('whatever', undefined, 'b'))).to.equal('whatever')
  })

  it('takes the one that is called NAME', function () {
    expect(chosen({description: NAME}, made('other'), made(NAME), made(`${NAME}-2`), made(`my-${NAME}`))).to.equal(NAME)
  })

  it('takes NAME plus a date', function () {
    expect(chosen({description: NAME}, made(`${NAME}-2025-10-17`))).to.equal(`${NAME}-2025-10-17`)
  })

  const newest: [what: string, expected: string, Authorization[]][] = [
    ['date', `${NAME}-2025-10-17`, [made(`${NAME}-2025-07-19`), made(`${NAME}-2025-10-17`), made(`${NAME}-2025-10-16`)]],
    ['issue of the same day', `${NAME}-2025-10-17-10`, [made(`${NAME}-2025-10-17-9`), made(`${NAME}-2025-10-17-10`), made(`${NAME}-2025-10-17`)]],
    ['date before the day it was made', `${NAME}-2025-10-17`, [made(`${NAME}-2025-10-16`, '2026-01-01T00:00:00Z'), made(`${NAME}-2025-10-17`, '2025-10-17T00:00:00Z')]],
    ['day it was made, where it has no date', NAME, [made(`${NAME}-2025-07-19`), made(NAME, '2025-10-17T12:00:00Z')]],
    ['date, where the bare one is older', `${NAME}-2025-10-17`, [made(NAME, '2025-01-01T12:00:00Z'), made(`${NAME}-2025-10-17`)]],
  ]
  for (const [what, expected, authorizations] of newest) {
    it(`takes the newest by its ${what}, in whatever order they are listed`, function () {
      expect(chosen({description: NAME}, ...authorizations)).to.equal(expected)
      expect(chosen({description: NAME}, ...authorizations.toReversed())).to.equal(expected)
    })
  }

  it('takes one issue where a date is named', function () {
    const issues = [made(`${NAME}-2025-07-19`), made(`${NAME}-2025-07-19-2`), made(`${NAME}-2025-10-17`)]
    expect(chosen({description: `${NAME}-2025-07-19`}, ...issues)).to.equal(`${NAME}-2025-07-19`)
    expect(chosen({description: `${NAME}-2025-07-19-2`}, ...issues)).to.equal(`${NAME}-2025-07-19-2`)
    expect(refusal({description: `${NAME}-2025-07-18`}, ...issues).code).to.equal('ROTATE_NO_AUTHORIZATION')
  })

  it('never takes one that a rotation in flight has marked', function () {
    const marked = made(`${NAME}-2026-01-15 (rotation k7m2pq9xtz)`, '2026-01-15T12:00:00Z')
    expect(chosen({description: NAME}, made(`${NAME}-2025-10-17`), marked)).to.equal(`${NAME}-2025-10-17`)
    expect(refusal({description: NAME}, marked).code).to.equal('ROTATE_NO_AUTHORIZATION')
  })

  it('asks the person which of several of the same description is meant', function () {
    const error = refusal({description: NAME}, made(NAME, '2025-10-17T12:00:00Z', 'a'), made(NAME, '2025-11-17T12:00:00Z', 'b'), made('other'))
    expect(error).to.be.instanceOf(AmbiguousOutgoing)
    expect(error).to.include({code: 'ROTATE_AMBIGUOUS', now: 'Nothing was changed.'})
    expect(error.happened).to.include('2 authorizations').and.to.include('a, made 2025-10-17 12:00').and.to.include('b, made 2025-11-17 12:00')
    expect(error.next).to.have.members(['heroku authorizations:rotate a --app example-app', 'heroku authorizations:rotate b --app example-app'])
    if (error instanceof AmbiguousOutgoing) expect(error.candidates.map(({id}) => id)).to.have.members(['a', 'b'])
  })

  it('does not ask about older ones of the same description', function () {
    expect(chosen({description: NAME}, made(NAME, '2025-01-01T12:00:00Z', 'a'), made(NAME, '2025-02-01T12:00:00Z', 'b'), made(`${NAME}-2025-10-17`))).to.equal(`${NAME}-2025-10-17`)
  })

  it('says what the account has where there is none of that name', function () {
    const error = refusal({description: NAME}, made('one-2025-10-17'), made('one'), made('two'), made(''))
    expect(error).to.include({code: 'ROTATE_NO_AUTHORIZATION', exit: 'failed', now: 'Nothing was changed.'})
    expect(error.happened).to.equal(`Your account has no authorization ${NAME}. Your account has: one, two.`)
  })

  it('does not list more than ten of them', function () {
    const many = Array.from({length: 12}, (_, index) => made(`token ${index}`))
    expect(refusal({description: NAME}, ...many).happened).to.match(/token 9, …\.$/)
  })

  it('says so where the account has none at all', function () {
    expect(refusal({description: NAME}).happened).to.include('Your account has none.')
  })

  it('says of an unknown ID that it may be another account\'s', function () {
    const error = refusal({id: 'b'}, made(NAME))
    expect(error.code).to.equal('ROTATE_NO_AUTHORIZATION')
    expect(error.happened).to.include('no authorization b')
    expect(error.next).to.include('heroku auth:whoami')
  })

  it('is a matter of usage where nothing was named', function () {
    expect(refusal({}, made(NAME))).to.include({code: 'ROTATE_WHICH', exit: 'usage', exitCode: 2})
  })
})

describe('namedBy', function () {
  for (const [argument, named] of [
    ['01234567-89ab-cdef-0123-456789abcdef', {id: '01234567-89ab-cdef-0123-456789abcdef'}], ['01234567', {id: '01234567'}], ['db3afa', {id: 'db3afa'}],
    ['example-token', {description: 'example-token'}], ['facade', {description: 'facade'}], ['Long-lived', {description: 'Long-lived'}],
  ] as const) {
    it(`takes ${argument} for ${'id' in named ? 'an ID' : 'a description'}`, function () {
      expect(namedBy(argument, undefined)).to.deep.equal(named)
    })
  }

  it('finds an authorization by the first characters of its ID, and asks where they are of two', function () {
    const [one, two] = [made(NAME, '2025-10-17T12:00:00Z', '01234567-89ab-cdef-0123-456789abcdef'), made('other', '2025-10-17T12:00:00Z', '01239999-89ab-cdef-0123-456789abcdef')]
    expect(chosen({id: '01234567'}, one, two)).to.equal(NAME)
    expect(refusal({id: '0123'}, one, two)).to.be.instanceOf(AmbiguousOutgoing)
    expect(chosen({id: '1234abcd'}, made('1234abcd'))).to.equal('1234abcd')
  })

  it('guesses what was meant', function () {
    const error = refusal({description: 'Exampel-token'}, made(NAME), made('Heroku CLI login from vm'), made('a'))
    expect(error.next[0]).to.equal(`Type ${NAME} instead of Exampel-token.`)
    expect(error.happened).to.equal(`Your account has no authorization Exampel-token. Did you mean ${NAME}? Your account has: a, ${NAME}, Heroku CLI login from vm.`)
  })
})
