import {expect} from 'chai'

import {linesOf, valueIn, withValue} from '../../../../../src/lib/consumers/file/edit.js'
import {Unclear} from '../../../../../src/lib/consumers/file/format.js'
import {netrc as format} from '../../../../../src/lib/consumers/file/netrc.js'

const at = {format, key: 'api.example.com'}
const entry = (password: string) => `machine api.example.com\n  login ann@example.com\n  password ${password}\n`

describe('netrc', function () {
  const rewritten: [string, string, string][] = [
    ['its login', entry('old'), entry('new')],
    ['an entry of one line', 'machine api.example.com password old login ann\n', 'machine api.example.com password new login ann\n'],
    ['quotes', entry('"old"'), entry('"new"')],
    ['other machines', `machine a password old\n${entry('old')}default login x password old\n`, `machine a password old\n${entry('new')}default login x password old\n`],
    ['comments', `# machine api.example.com password old\n${entry('old # why')}`, `# machine api.example.com password old\n${entry('new # why')}`],
    ['a macro', `machine a\nmacdef init\nmachine api.example.com password old\n\n${entry('old')}`, `machine a\nmacdef init\nmachine api.example.com password old\n\n${entry('new')}`],
    ['names that are keywords', `machine machine login password password login\n${entry('old')}`, `machine machine login password password login\n${entry('new')}`],
    ['CRLF and no newline at the end', 'machine api.example.com\r\n\tpassword old', 'machine api.example.com\r\n\tpassword new'],
    ['several entries', entry('old') + entry('other'), entry('new') + entry('new')],
  ]
  for (const [what, before, after] of rewritten) {
    it(`replaces nothing but the password with ${what}`, function () {
      expect(withValue(before, at, 'new')).to.equal(after)
    })
  }

  it('takes the first of several entries', function () {
    expect(valueIn(entry('one') + entry('two'), at)).to.equal('one')
    expect(linesOf(entry('one') + entry('two'), at)).to.deep.equal([3, 6])
  })

  it('does not guess whether a password that begins with # is a comment', function () {
    expect(() => valueIn(entry('#old'), at)).to.throw(Unclear)
    expect(valueIn(entry('"#old"'), at)).to.equal('#old')
  })

  it('adds no machine', function () {
    expect(withValue('machine a password old\n', at, 'new')).to.equal(null)
    expect(withValue(null, at, 'new')).to.equal(null)
  })

  it('does not guess at escapes, and holds no value that needs them', function () {
    expect(() => valueIn(entry(String.raw`"o\"d"`), at)).to.throw(Unclear).and.to.include({line: 3})
    expect(() => valueIn(entry(String.raw`o\d`), at)).to.throw(Unclear)
    expect(() => valueIn(entry('"old'), at)).to.throw(Unclear)
    expect(withValue(entry('old'), at, 'a b')).to.equal(entry('"a b"'))
    expect(withValue(entry('old'), at, 'a"b')).to.equal(null)
  })
})
