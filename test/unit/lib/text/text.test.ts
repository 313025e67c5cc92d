import {expect} from 'chai'

import {count, countMany, listed} from '../../../../src/lib/text/count.js'
import {minutes, roughly} from '../../../../src/lib/text/duration.js'
import {quoted, typed} from '../../../../src/lib/text/shell-quote.js'

describe('texts for people', function () {
  it('count one thing and several', function () {
    expect([0, 1, 1234].map(number => count(number, 'app'))).to.deep.equal(['0 apps', '1 app', '1234 apps'])
    expect([1, 2].map(number => count(number, 'entry', 'entries'))).to.deep.equal(['1 entry', '2 entries'])
    expect([1, 12_345].map(number => countMany(number, 'app'))).to.deep.equal(['1 app', '12,345 apps'])
  })

  it('name the first of many', function () {
    expect([1, 2, 3].map(most => listed(['a', 'b', 'c'], most))).to.deep.equal(['a and 2 more', 'a, b and 1 more', 'a, b, c'])
  })

  it('say of a wait that is to come about how long it is', function () {
    expect([35, 45, 65, 200].map(value => roughly(value))).to.deep.equal(['half a minute', '1 minute', '1 minute', '3 minutes'])
  })

  it('round a wait up', function () {
    expect([1, 60_000, 60_001].map(ms => minutes(ms))).to.deep.equal(['a minute', 'a minute', '2 minutes'])
  })
})

describe('a command that is shown', function () {
  it('has quotes where a shell would take a word apart', function () {
    expect(typed('rm', '/home/a b/$c')).to.equal("rm '/home/a b/$c'")
    expect(typed('git', 'pull', 'https://example.com/a')).to.equal('git pull https://example.com/a')
    expect(typed('')).to.equal("''")
  })

  it('keeps a quote that is part of a word', function () {
    expect([typed("it's"), quoted('plain')]).to.deep.equal([String.raw`'it'\''s'`, "'plain'"])
  })
})
