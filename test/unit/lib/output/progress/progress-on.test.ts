import {expect} from 'chai'
import {PassThrough} from 'node:stream'

import {isScreen} from '../../../../../src/lib/output/progress/progress-on.js'

describe('progress', function () {
  const stream = (isTTY: boolean) => Object.assign(new PassThrough(), {isTTY})

  it('is redrawn in place on a terminal that can move its cursor', function () {
    expect(isScreen(stream(true), {TERM: 'xterm'})).to.equal(true)
    expect(isScreen(stream(true), {}), 'as on Windows').to.equal(true)
  })

  it('is written line by line on a terminal that cannot, and where there is none', function () {
    expect(isScreen(stream(true), {TERM: 'dumb'})).to.equal(false)
    expect(isScreen(stream(true), {TERM: 'emacs-color'})).to.equal(false)
    expect(isScreen(stream(false), {TERM: 'xterm'})).to.equal(false)
  })
})
