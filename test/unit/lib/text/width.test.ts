import {expect} from 'chai'

import {fit, fitName, heightOf, padded, widthOf} from '../../../../src/lib/text/width.js'

describe('a text of so many columns', function () {
  it('counts columns, not letters', function () {
    expect(['example', '生产', '🔑', 'é', '\u001B[31mred\u001B[39m'].map(text => widthOf(text))).to.deep.equal([7, 4, 2, 1, 3])
  })

  it('is as high as a terminal folds it', function () {
    expect(['', 'one\n\nthree', 'a'.repeat(80), 'a'.repeat(81), '\u00A0'.repeat(800), '生'.repeat(41)].map(text => heightOf(text, 80))).to.deep.equal([1, 3, 1, 2, 10, 2])
  })

  it('is cut at its end where it does not fit', function () {
    expect(fit('example-app', 20, '…')).to.equal('example-app')
    expect(fit('example-app', 8, '…')).to.equal('example…')
    expect(fit('example-app', 8, '...')).to.equal('examp...')
    expect(fit('生产生产生产', 6, '…')).to.equal('生产…')
  })

  it('as a name is cut in the middle, because names that are alike differ at their ends', function () {
    expect(fitName('example-app-production-eu', 15, '…')).to.equal('example…tion-eu')
    expect(fitName('生产生产生产', 6, '…')).to.equal('生…产')
    expect(fitName('example-app', 11, '…')).to.equal('example-app')
  })

  it('never is wider than asked for', function () {
    for (let width = 3; width < 30; width++) {
      for (const text of ['example-app-production', '生产 token 🔑 生产 token 🔑', '👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦']) {
        for (const cut of [fit(text, width, '…'), fitName(text, width, '…')]) expect(widthOf(cut), cut).to.be.at.most(width)
      }
    }
  })

  it('is filled up with blanks', function () {
    expect(padded('生产', 6)).to.equal('生产  ')
  })
})
