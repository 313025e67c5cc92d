/* eslint-disable no-template-curly-in-string -- the reader's, not ours */
import {expect} from 'chai'

import {dotenv as format} from '../../../../../src/lib/consumers/file/dotenv.js'
import {isSetTo, linesOf, valueIn, withoutKey, withValue} from '../../../../../src/lib/consumers/file/edit.js'
import {Unclear} from '../../../../../src/lib/consumers/file/format.js'

const at = {format, key: 'KEY'}

describe('dotenv', function () {
  const rewritten: [string, string, string][] = [
    ['a bare value', 'KEY=old\n', 'KEY=new\n'],
    ['double quotes', 'KEY="old"\n', 'KEY="new"\n'],
    ['single quotes', 'KEY=\'old\'\n', 'KEY=\'new\'\n'],
    ['an empty value', 'KEY=\n', 'KEY=new\n'],
    ['export', 'export KEY=old\n', 'export KEY=new\n'],
    ['blanks', '  KEY = old  \n', '  KEY = new  \n'],
    ['a colon', 'KEY: old\n', 'KEY: new\n'],
    ['a comment behind it', 'KEY=old # why\n', 'KEY=new # why\n'],
    ['a comment behind quotes', 'KEY="old"# why\n', 'KEY="new"# why\n'],
    ['a number sign in quotes', 'KEY="o#d"\n', 'KEY="new"\n'],
    ['CRLF', 'A=1\r\nKEY=old\r\nB=2\r\n', 'A=1\r\nKEY=new\r\nB=2\r\n'],
    ['CRLF behind quotes', 'KEY="old"\r\nB=2\r\n', 'KEY="new"\r\nB=2\r\n'],
    ['no newline at the end', 'A=1\nKEY=old', 'A=1\nKEY=new'],
    ['a byte order mark', '\u00EF\u00BB\u00BFKEY=old\n', '\u00EF\u00BB\u00BFKEY=new\n'],
    ['several assignments', 'KEY=first\nA=1\nKEY="old"\n', 'KEY=new\nA=1\nKEY="new"\n'],
    ['other encodings beside it', 'A=\u00FF\u0080\nKEY=old\n', 'A=\u00FF\u0080\nKEY=new\n'],
    ['a quote that is closed nowhere', 'A="it\nKEY=old\nB="x"\n', 'A="it\nKEY=new\nB="x"\n'],
  ]
  for (const [what, before, after] of rewritten) {
    it(`replaces nothing but the value with ${what}`, function () {
      expect(withValue(before, at, 'new')).to.equal(after)
    })
  }

  it('takes the last of several assignments', function () {
    expect(valueIn('KEY=one\nKEY=two\n', at)).to.equal('two')
    expect(linesOf('KEY=one\n\nKEY=two\n', at)).to.deep.equal([1, 3])
    expect(isSetTo('KEY=one\nKEY=two\n', at, 'two')).to.equal(false)
  })

  it('reads a value with blanks in it', function () {
    expect(valueIn('KEY=a b  c  # d\n', at)).to.equal('a b  c')
    expect(withValue('KEY=a b\n', at, 'c d')).to.equal('KEY=c d\n')
  })

  const absent = ['', '# KEY=old\n', 'KEYS=old\nMY_KEY=old\n', 'export KEY\n', 'A="\nKEY=old\n"\n', 'A=\'\nKEY=old\n\'\n', 'KEY\n', 'A=KEY=old\n']
  for (const text of absent) {
    it(`finds no key in ${JSON.stringify(text)}`, function () {
      expect(valueIn(text, at)).to.equal(null)
    })
  }

  const unclear = [
    'KEY=$OTHER\n', 'KEY="${OTHER}"\n', 'KEY=\'$OTHER\'\n', 'KEY=`pass show key`\n', 'KEY="$(pass show key)"\n', 'KEY="a\\nb"\n', 'KEY=a#b\n', 'KEY="a\nb"\n',
    'KEY=a"b\n', 'KEY="ab\n', 'KEY=\'it\\\'s\'\n', 'KEY=\u00C3\u00A9\n', 'KEY=a\rb\n',
  ]
  for (const text of unclear) {
    it(`does not guess at ${JSON.stringify(text)}`, function () {
      expect(() => valueIn(text, at)).to.throw(Unclear)
    })
  }

  it('tells the line that it does not understand, and not its value', function () {
    try {
      valueIn('A=1\n\nKEY="hush$hush"\n', at)
      expect.fail('was understood')
    } catch (error) {
      expect(error).to.be.instanceOf(Unclear).and.to.include({line: 3})
      expect(String(error)).to.not.include('hush')
    }
  })

  const added: [string, string][] = [
    ['', 'KEY=new\n'],
    ['A=1\n', 'A=1\nKEY=new\n'],
    ['A=1', 'A=1\nKEY=new'],
    ['A=1\r\n', 'A=1\r\nKEY=new\r\n'],
    ['A=1\r\nB=2', 'A=1\r\nB=2\r\nKEY=new'],
    ['\u00EF\u00BB\u00BF', '\u00EF\u00BB\u00BFKEY=new\n'],
  ]
  for (const [before, after] of added) {
    it(`adds a line to ${JSON.stringify(before)}, and takes exactly that line out again`, function () {
      expect(withValue(before, at, 'new')).to.equal(after)
      expect(withoutKey(after, at)).to.equal(before)
    })
  }

  it('makes a file, and leaves none of it', function () {
    const made = withValue(null, at, 'new') ?? ''
    expect(made).to.match(/^# made by .*\nKEY=new\n$/)
    expect(withoutKey(made, at)).to.equal(null)
    expect(withoutKey(`${made}A=1\n`, at)).to.match(/^# made by .*\nA=1\n$/)
  })

  it('chooses quotes where the value needs them, and holds no value that readers would change', function () {
    expect(withValue('KEY=a\n', at, 'a#b')).to.equal('KEY="a#b"\n')
    expect(withValue('KEY=\'a\'\n', at, 'a#b')).to.equal('KEY=\'a#b\'\n')
    for (const value of ['a$b', 'a\nb', 'a"b', String.raw`a\b`, 'a`b', 'a\u0000']) expect(withValue('KEY=a\n', at, value), value).to.equal(null)
  })
})
