import {expect} from 'chai'

import {isComplete, matchesRedacted} from '../../../../src/lib/heroku/redaction.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {sampleToken} from '../../../support/sample-token.js'

const stars = '*'.repeat(10)
const matches = (token: string, redacted: null | string) => matchesRedacted(new Secret(token), redacted === null ? null : new Secret(redacted))

describe('matchesRedacted', function () {
  const token = sampleToken('redacted')
  const redactedTokens: [string, string, boolean][] = [
    ['its prefix and suffix', token.slice(0, 10) + stars + token.slice(-4), true],
    ['its prefix only', token.slice(0, 10) + stars, true],
    ['its suffix only', stars + token.slice(-4), true],
    ['nothing but asterisks', stars, true],
    ['the whole token', token, true],
    ['the prefix of another', sampleToken('other').slice(0, 10) + stars + token.slice(-4), false],
    ['the suffix of another', token.slice(0, 10) + stars + sampleToken('other').slice(-4), false],
    ['another token', sampleToken('other'), false],
    ['a part of the token', token.slice(0, -1), false],
    ['a prefix and nine asterisks', token.slice(0, 10) + '*'.repeat(9), false],
    ['all of it before the asterisks', token + stars, false],
    ['a prefix and a suffix that would have to overlap', token.slice(0, 40) + stars + token.slice(30), false],
  ]
  for (const [shown, redacted, expected] of redactedTokens) {
    it(`${expected ? 'takes' : 'does not take'} a token for the one of which the API shows ${shown}`, function () {
      expect(matches(token, redacted)).to.equal(expected)
    })
  }

  it('reads asterisks after the first ten as a part of the suffix', function () {
    expect(matches('abcde', `a${stars}*`)).to.equal(false)
    expect(matches('abcd*', `a${stars}*`)).to.equal(true)
  })

  it('takes nothing for the token of which nothing is shown', function () {
    expect(matches(token, null)).to.equal(false)
  })

  it('takes no longer text for the token that it begins and ends with', function () {
    const another = sampleToken('other')
    const both = token.slice(0, 10) + stars + token.slice(-4)
    for (const text of [`${token},${another},${token}`, `${token}${token}`, `${token}/${token}`]) expect(matches(text, both), text).to.equal(false)
    for (const text of [`${token}\n`, `${token},${another}`, `${token} # of Ann`, `${token};`]) expect(matches(text, token.slice(0, 10) + stars), text).to.equal(false)
  })

  it('does not take what a read has shown for a token', function () {
    const redacted = token.slice(0, 10) + stars + token.slice(-4)
    expect(matches(redacted, redacted)).to.equal(false)
  })
})

describe('isComplete', function () {
  const token = sampleToken('complete')

  it('knows a whole token from a redacted one and from none', function () {
    expect(isComplete(new Secret(token))).to.equal(true)
    for (const shown of [token.slice(0, 5) + stars, stars, '']) expect(isComplete(new Secret(shown)), shown).to.equal(false)
    expect(isComplete(null)).to.equal(false)
  })
})
