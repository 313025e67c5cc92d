import {expect} from 'chai'
import fc from 'fast-check'

import {holdsToken, occurrencesIn, replaceToken} from '../../../../src/lib/secrecy/occurrences.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {sampleToken} from '../../../support/sample-token.js'

const OLD = sampleToken('outgoing')
const NEW = sampleToken('incoming')
/** The rest of a longer token. */
const MORE = sampleToken('more').slice(5, 25)
const UUID = '01234567-89ab-cdef-0123-456789abcdef'
const [from, to, older] = [new Secret(OLD), new Secret(NEW), new Secret(UUID)]

const base64 = (text: string) => Buffer.from(text).toString('base64')
const unpadded = (text: string) => text.replace(/=+$/, '')
const url = (text: string) => unpadded(text).replaceAll('+', '-').replaceAll('/', '_')
const folded = (text: string) => text.replaceAll(/.{64}/g, line => `${line}\n`)
const hex = (text: string) => Buffer.from(text).toString('hex')

const forms: [form: string, title: string, text: (token: string) => string][] = [
  ['raw', 'as it is', token => `a${token}b`],
  ['raw', 'twice', token => `${token}${token}`],
  ['URL-encoded', 'with its dashes encoded', token => `https://:${token.replaceAll('-', '%2D')}@example.com`],
  ['URL-encoded', 'with its dashes encoded in lower case', token => `https://:${token.replaceAll('-', '%2d')}@example.com`],
  ['URL-encoded', 'with its dashes encoded twice', token => `https%253A%252F%252F:${token.replaceAll('-', '%252D')}%2540example.com`],
  ['escaped', 'as fish keeps it', token => `SETUVAR --export HEROKU_API_KEY:${token.replaceAll('-', String.raw`\x2d`)}\n`],
  ['escaped', 'in JSON with its dashes escaped', token => `{"token":"${token.replaceAll('-', String.raw`\u002d`)}"}`],
  ['escaped', 'in JavaScript as Django escapes it', token => `"${token.replaceAll('-', String.raw`\u002D`)}"`],
  ['hex', 'in hex', token => `0x${hex(token)}`],
  ['hex', 'in hex of capitals', token => `${hex(token).toUpperCase()}.`],
  ['base64', 'in base64', token => base64(token)],
  ['base64', 'in base64 after one character', token => `Basic ${base64(`:${token}`)}`],
  ['base64', 'in base64 after two', token => `{"auth":"${base64(`_:${token}`)}"}`],
  ['base64', 'in base64 between others', token => `path/${base64(`ann@example.com:${token}:more and more of it`)}\nA=1`],
  ['base64', 'in base64 without its padding', token => `${unpadded(base64(`a:${token}`))}\nNEXT=line\n`],
  ['base64', 'in base64 for URLs', token => url(base64(`~~?>${token}?>`))],
  ['base64', 'in base64 of UTF-16', token => Buffer.from(`$env:HEROKU_API_KEY="${token}"`, 'utf16le').toString('base64')],
  ['base64', 'twice in one base64', token => base64(`${token} ${token}`)],
  ...['', ':', '_:', 'ann@example.com:'].flatMap(login => [...'123'].map((_, more): [string, string, (token: string) => string] =>
    ['base64', `in base64 of base64 after ${login.length} characters and ${more}, as Kubernetes keeps what docker does`, token => base64(`${' '.repeat(more)}{"auth":"${base64(login + token)}"}`)])),
  ['base64', 'in base64 of base64 that is folded into lines', token => folded(base64(`{"auth":"${base64(`_:${token}`)}"}`))],
  ['base64', 'in base64 that is folded into lines', token => folded(base64(`ann@example.com:${token} and more`))],
]

describe('a token that is looked for', function () {
  for (const [form, title, text] of forms) {
    it(`is found, replaced and given back ${title}`, function () {
      for (const encoding of ['utf8', 'utf16le'] as const) {
        const before = Buffer.from(text(OLD), encoding)
        expect(occurrencesIn(before, from).map(one => one.form)).to.include(form)
        const {left, value} = replaceToken(before, from, to)
        expect(left).to.deep.equal([])
        expect(value).to.deep.equal(Buffer.from(text(NEW), encoding))
        expect(replaceToken(value, to, from).value).to.deep.equal(before)
      }

      expect(holdsToken(new Secret(text(OLD)), from)).to.equal(true)
      expect(occurrencesIn(text(OLD), from)).to.deep.equal(occurrencesIn(Buffer.from(text(OLD)), from))
      expect(replaceToken(new Secret(text(OLD)), from, to).value.equals(new Secret(text(NEW)))).to.equal(true)
    })

    it(`is replaced by one of another length, or told, ${title}`, function () {
      for (const [old, fresh] of [[UUID, OLD], [OLD, UUID]] as const) {
        const before = Buffer.from(text(old))
        const {left, value} = replaceToken(before, new Secret(old), new Secret(fresh))
        expect(left).to.deep.equal(occurrencesIn(value, new Secret(old)))
        if (!title.includes('folded')) expect(value.toString()).to.equal(text(fresh))
        expect(left.length === 0 ? value.toString() : before.toString()).to.equal(left.length === 0 ? text(fresh) : value.toString())
        expect(replaceToken(value, new Secret(fresh), new Secret(old)).value).to.deep.equal(before)
      }
    })
  }

  it('is replaced by one of another length twice in one base64, wherever both begin', function () {
    // As long as Heroku makes them: no multiple of three more than a UUID.
    const long = `HRKU-${'aB3_dE6gH9'.repeat(6)}`
    for (const before of ['', 'a', 'ab']) {
      for (const between of ['\n', '\nB', '\nB=']) {
        const text = (token: string) => Buffer.from(base64(`${before}${token}${between}${token}\n`))
        for (const [old, fresh] of [[UUID, long], [long, UUID]] as const) {
          expect(replaceToken(text(old), new Secret(old), new Secret(fresh))).to.deep.equal({left: [], value: text(fresh)})
        }
      }
    }
  })

  it('is told by line and form, and by the name of its key where that is plain', function () {
    const text = `# a\nexport HEROKU_API_KEY="${OLD}"\n{"token": "${OLD}"}\n  password ${OLD}\nAPI_TOKEN_OF_ANN=${OLD}\n${sampleToken('other')} ${OLD}\nAUTH=${base64(`x:${OLD}`)}\n`
    const expected = [
      {form: 'raw', key: 'HEROKU_API_KEY', line: 2}, {form: 'raw', key: 'token', line: 3}, {form: 'raw', key: 'password', line: 4}, {form: 'raw', line: 5},
      {form: 'raw', line: 6}, {form: 'base64', line: 7},
    ]
    expect(occurrencesIn(text, from)).to.deep.equal(expected)
    for (const encode of [Buffer.from, (all: string) => Buffer.from(all, 'utf16le'), (all: string) => Buffer.from(all, 'utf16le').swap16()]) {
      expect(occurrencesIn(Buffer.from(encode(`\uFEFF${text}`)), from)).to.deep.equal(expected)
    }
  })

  it('is told by its own line at every place, however long the lines are', function () {
    const text = Array.from({length: 40}, (_, index) => `${'x'.repeat(index * 13)}${OLD}`).join('\n')
    const lines = Array.from({length: 40}, (_, index) => index + 1)
    for (const encode of [Buffer.from, (all: string) => Buffer.from(`\uFEFF${all}`, 'utf16le'), (all: string) => Buffer.from(`\uFEFF${all}`, 'utf16le').swap16()]) {
      expect(occurrencesIn(Buffer.from(encode(text)), from).map(({line}) => line)).to.deep.equal(lines)
    }
  })

  it('is not taken for another account\'s token that begins like it, but found where text is glued to it', function () {
    for (const encoding of ['utf8', 'utf16le'] as const) {
      for (const old of [OLD, UUID]) {
        const text = (token: string) => Buffer.from(`A=${old}${MORE} ${old}-${MORE}\nB=${token}\nC=a${token}machine git.heroku.com`, encoding)
        const {left, value} = replaceToken(text(old), new Secret(old), to)
        expect([left, value]).to.deep.equal([[], text(NEW)])
        expect(occurrencesIn(text(old), new Secret(old)).map(({line}) => line)).to.deep.equal([2, 3])
      }
    }

    const longer = new Secret(OLD + MORE)
    expect(holdsToken(longer, from)).to.equal(false)
    expect(replaceToken(longer, from, to).value.equals(longer)).to.equal(true)
    const encoded = new Secret(`auth: ${base64(`_:${OLD}${MORE}`)}`)
    expect(replaceToken(encoded, from, to).value.equals(encoded)).to.equal(true)
  })

  const nested: [title: string, text: (token: string) => string][] = [
    ['that holds it as it is too, as a .dockerconfigjson does', token => base64(JSON.stringify({auths: {'registry.heroku.com': {auth: base64(`_:${token}`), password: token, username: '_'}}}))],
    ['for URLs', token => url(base64(`~~?> ${url(base64(`~~?>${token}?>`))} ?>`))],
  ]
  for (const [title, text] of nested) {
    it(`is replaced by one of its length in base64 of base64 ${title}`, function () {
      const {left, value} = replaceToken(Buffer.from(text(OLD)), from, to)
      expect([left, value.toString()]).to.deep.equal([[], text(NEW)])
      expect(replaceToken(value, to, from).value.toString()).to.equal(text(OLD))
    })
  }

  it('is looked for as quickly in a file of zeros', function () {
    const bytes = Buffer.concat([Buffer.from(`T=${OLD}\n`), Buffer.alloc(3_000_000)])
    const before = performance.now()
    expect(occurrencesIn(bytes, from)).to.deep.equal([{form: 'raw', line: 1}])
    expect(performance.now() - before).to.be.below(2000)
  })

  it('is found nowhere where there is none, and not at all where it is empty', function () {
    expect(occurrencesIn(`${NEW}\n${UUID}\n${base64(NEW)}`, from)).to.deep.equal([])
    expect(occurrencesIn('a', new Secret(''))).to.deep.equal([])
    expect(replaceToken(Buffer.from('a'), new Secret(''), to).value.toString()).to.equal('a')
  })

  describe('between any bytes', function () {
    this.timeout(30_000)
    const bytes = fc.uint8Array({maxLength: 50}).map(array => Buffer.from(array))
    // A base64 that begins or ends at another byte, or goes on in other words of its letters.
    const likely = fc.oneof(bytes, fc.string({maxLength: 20, unit: fc.constantFrom(...'ABCDabcd0123+/-_= \n')}).map(text => Buffer.from(text)))
    const form = fc.oneof(
      // Another form that is glued to the token would make a longer token of it.
      fc.constantFrom('|', '\n', 'a1_<').map(end => (token: string) => Buffer.from(token + end)),
      fc.constant((token: string) => Buffer.from(`${token}|`, 'utf16le')),
      fc.constant((token: string) => Buffer.from(hex(token))),
      fc.tuple(bytes, bytes, fc.boolean()).map(([head, tail, isUrl]) => (token: string) => {
        const text = Buffer.concat([head, Buffer.from(`${token}|`), tail]).toString('base64')
        return Buffer.from(isUrl ? url(text) : text)
      }),
    )
    const pieces = fc.array(fc.tuple(likely, form), {maxLength: 5})
    const whole = (parts: [Buffer, (token: string) => Buffer][], tail: Buffer, token: string) => Buffer.concat([...parts.flatMap(([before, write]) => [before, write(token)]), tail])

    it('is replaced in each form, and nothing else is; back again, all is as it was', function () {
      fc.assert(fc.property(pieces, likely, (parts, tail) => {
        const before = whole(parts, tail, OLD)
        const {left, value} = replaceToken(before, from, to)
        expect(left).to.deep.equal([])
        expect(value).to.deep.equal(whole(parts, tail, NEW))
        expect(replaceToken(value, from, to).value).to.deep.equal(value)
        expect(replaceToken(value, to, from).value).to.deep.equal(before)
      }), {numRuns: 250})
    })

    it('is replaced by one of another length, or told, and back again all is as it was', function () {
      fc.assert(fc.property(pieces, likely, fc.boolean(), (parts, tail, isLonger) => {
        const [old, fresh] = isLonger ? [older, to] : [to, older]
        const before = whole(parts, tail, isLonger ? UUID : NEW)
        const {left, value} = replaceToken(before, old, fresh)
        expect(left).to.deep.equal(occurrencesIn(value, old))
        expect(replaceToken(value, old, fresh).value).to.deep.equal(value)
        expect(replaceToken(value, fresh, old).value).to.deep.equal(before)
      }), {numRuns: 250})
    })
  })
})
