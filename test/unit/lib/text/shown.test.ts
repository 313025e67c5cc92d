import {expect} from 'chai'

import {hasHidden, shown, visible, visibleBetweenStyles, visibleJson, visibleLines} from '../../../../src/lib/text/shown.js'

const ESCAPE = '\u001B'

describe('visible', function () {
  for (const [what, text, told] of [
    ['a text of letters', 'naïve – 例え 🙂', 'naïve – 例え 🙂'],
    ['an escape', `a${ESCAPE}[2Jb`, String.raw`a\u001b[2Jb`],
    ['an operating system command', `a${ESCAPE}]52;c;eA==\u0007`, String.raw`a\u001b]52;c;eA==\u0007`],
    ['a C1 control', 'a\u009B2J', String.raw`a\u009b2J`],
    ['a line break', 'done\nFAKE: done\r', String.raw`done\nFAKE: done\r`],
    ['text turned around', 'a\u202Eb\u2066', String.raw`a\u202eb\u2066`],
    ['a blank that is none', 'a\u200Bb\uFEFF', String.raw`a\u200bb\ufeff`],
    ['a letter without ink', 'a\u3164b\u115Fc\u2800d\u034F', String.raw`a\u3164b\u115fc\u2800d\u034f`],
    ['a line separator', 'a\u2028b', String.raw`a\u2028b`],
    ['a tag character beyond the basic plane', `a${String.fromCodePoint(0xE_00_41)}`, String.raw`a\udb40\udc41`],
  ] as const) {
    it(`tells of ${what}`, function () {
      expect(visible(text)).to.equal(told)
      expect(hasHidden(text)).to.equal(text !== told)
      expect(hasHidden(told)).to.equal(false)
    })
  }

  it('keeps the lines of a text where it is told to, and our own colours, and nothing else', function () {
    expect(visibleLines(`a\nb${ESCAPE}[1m`)).to.equal(`a\nb${String.raw`\u001b[1m`}`)
    expect(visibleBetweenStyles(`${ESCAPE}[31ma${ESCAPE}[39m\n${ESCAPE}[2J`)).to.equal(`${ESCAPE}[31ma${ESCAPE}[39m\n${String.raw`\u001b[2J`}`)
  })
})

describe('shown', function () {
  it('is a copy of which every string and every name stands on one line', function () {
    const value = {keys: {[`A${ESCAPE}`]: ['x\ny', 1, null, {deep: '\u202E'}]}}
    expect(shown(value)).to.deep.equal({keys: {[String.raw`A\u001b`]: [String.raw`x\ny`, 1, null, {deep: String.raw`\u202e`}]}})
    expect(value.keys).to.have.property(`A${ESCAPE}`)
  })
})

describe('visibleJson', function () {
  it('says the same, and has nothing in it that a terminal would obey', function () {
    const value = {name: `\u202Ea\u009B\u007F${ESCAPE}${String.fromCodePoint(0xE_00_41)}`}
    const json = visibleJson(JSON.stringify(value))
    expect(hasHidden(json)).to.equal(false)
    expect(JSON.parse(json)).to.deep.equal(value)
  })
})
