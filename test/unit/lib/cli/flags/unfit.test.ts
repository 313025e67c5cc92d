import {expect} from 'chai'

import {refuseUnfit} from '../../../../../src/lib/cli/flags/unfit.js'
import {RotationError} from '../../../../../src/lib/errors.js'
import {sampleToken} from '../../../../support/sample-token.js'

const refusal = (...words: [string, string?]) => {
  try {
    refuseUnfit(...words)
    return null
  } catch (error) {
    if (error instanceof RotationError) return error.happened
    throw error
  }
}

describe('refuseUnfit', function () {
  const token = sampleToken('typed')

  it('lets the words of a command line pass', function () {
    for (const word of ['--description', 'example token', '01234567-89ab-cdef-0123-456789abcdef', 'naïve', '--app=a:B,C']) expect(refusal(word)).to.equal(null)
  })

  const typed: readonly [[string, string?], string][] = [[[token], 'the command line'], [[token, '--app'], '--app'], [[`--app=${token}`], '--app'], [[`a:${token}`, '-a'], '-a']]
  for (const [words, at] of typed) {
    it(`names ${at} and not the token that was typed there, with ${words.length} words`, function () {
      expect(refusal(...words)).to.include(`for ${at} that looks like a Heroku token`).and.not.include(token.slice(5, 15))
    })
  }

  it('names a character that cannot be seen', function () {
    expect(refusal('a\u202Eb', '--app')).to.equal(String.raw`--app has an invisible character in it: a\u202eb`)
  })
})
