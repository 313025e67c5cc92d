import {expect} from 'chai'

import {Filter} from '../../../../src/lib/secrecy/filter.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {seededRandom} from '../../../support/in-process.js'
import {sampleToken} from '../../../support/sample-token.js'

const RUNS = 200

function filterOf(...values: string[]): Filter {
  const filter = new Filter()
  for (const value of values) filter.add(new Secret(value))
  return filter
}

/** Runs with random tokens and random bytes around them; the run's number repeats it. */
function everyRun(law: (token: string, before: Buffer, after: Buffer) => void): void {
  for (let run = 0; run < RUNS; run++) {
    const random = seededRandom(`filter ${run}`)
    const bytes = () => Buffer.from(random.bytes(Math.floor(random.number() * 12)))
    law(sampleToken(`run ${run}`), bytes(), bytes())
  }
}

/** What base64 gives away of the value, wherever it stands in the bytes that were encoded. */
function readable(text: string): string {
  const groups = text.replaceAll('[secret]', ' ').split(/[^\w+/-]+/)
  return groups.flatMap(group => [0, 1, 2, 3].map(skip => Buffer.from(group.slice(skip), 'base64').toString('latin1'))).join('\n')
}

/** The longest piece of the value that can still be read. */
function longestPiece(value: string, text: string): number {
  for (let length = value.length; length > 0; length--) {
    for (let start = 0; start + length <= value.length; start++) if (text.includes(value.slice(start, start + length))) return length
  }

  return 0
}

describe('Filter', function () {
  const token = sampleToken('filter')

  it('takes a token out wherever it stands, and leaves the rest', function () {
    expect(filterOf(token).clean(`a ${token}${token} b\n${token}`)).to.equal('a [secret][secret] b\n[secret]')
  })

  it('takes a token, and each piece of it, out of a dump of bytes', function () {
    const dumped = (text: string) => [...Buffer.from(text)].map(byte => byte.toString(16).padStart(2, '0')).join(' ')
    const filter = filterOf(token)
    for (const text of [token, `Bearer ${token.slice(0, 20)}`, token.slice(-20), `x${token.slice(10, 18)}y`]) {
      expect(filter.clean(`<Buffer ${dumped(text)} ... 14 more bytes>`)).to.equal('<Buffer [secret] ... 14 more bytes>')
      expect(filter.clean(dumped(text).toUpperCase().replaceAll(' ', '\n'))).to.equal('[secret]')
    }

    expect(filter.clean(`<Buffer ${dumped('an ordinary text')}>`)).to.equal(`<Buffer ${dumped('an ordinary text')}>`)
  })

  it('takes out every one of several', function () {
    const tokens = ['one', 'two', 'three'].map(seed => sampleToken(seed))
    expect(filterOf(...tokens).clean(tokens.join(' '))).to.equal('[secret] [secret] [secret]')
  })

  it('takes a token out that is part of a longer secret, and the rest of that one too', function () {
    const longer = `https://user:${token}@example.com/private-path`
    expect(filterOf(token, longer).clean(`url ${longer}`)).to.equal('url [secret]')
    expect(filterOf(longer, token).clean(`url ${longer}`)).to.equal('url [secret]')
  })

  it('takes it out of a URL', function () {
    const odd = 'to/ken+with =odd&signs%'
    expect(filterOf(odd).clean(`/x?token=${encodeURIComponent(odd)}`)).to.equal('/x?token=[secret]')
  })

  it('takes it out of JSON', function () {
    const odd = 'to"ken\\with\nodd\tsigns'
    expect(filterOf(odd).clean(JSON.stringify({token: odd}))).to.equal('{"token":"[secret]"}')
  })

  it('takes it out of hex, in either case', function () {
    const hex = Buffer.from(`a${token}b`).toString('hex')
    expect(filterOf(token).clean(hex)).to.equal('61[secret]62')
    expect(filterOf(token).clean(hex.toUpperCase())).to.equal('61[secret]62')
  })

  it('takes it out of base64 and base64url at every alignment of a longer text', function () {
    everyRun((value, before, after) => {
      const filter = filterOf(value)
      const bytes = Buffer.concat([before, Buffer.from(value), after])
      for (const encoding of ['base64', 'base64url'] as const) {
        const cleaned = filter.clean(`Basic ${bytes.toString(encoding)}`)
        expect(cleaned).to.include('[secret]')
        expect(longestPiece(value, readable(cleaned)), `${encoding} ${before.length}`).to.be.below(4)
      }
    })
  })

  it('leaves what is around it in base64 as it was', function () {
    const cleaned = filterOf(token).clean(Buffer.from(`user:${token}:more`).toString('base64'))
    const [before = '', after = ''] = cleaned.split('[secret]')
    expect(Buffer.from(before, 'base64').toString()).to.match(/^user/)
    expect(after).to.have.length.above(4)
  })

  it('takes every form out of random surroundings', function () {
    everyRun((value, before, after) => {
      const around = (form: string) => before.toString('latin1') + form + after.toString('latin1')
      const filter = filterOf(value)
      for (const form of [value, encodeURIComponent(value), JSON.stringify(value), Buffer.from(value).toString('hex')]) {
        const cleaned = filter.clean(around(form))
        expect(cleaned).to.include('[secret]')
        expect(cleaned).not.to.include(form)
      }
    })
  })

  it('changes nothing else, whatever it is', function () {
    everyRun((value, before, after) => {
      const text = before.toString('latin1') + value.slice(1) + after.toString('latin1')
      expect(filterOf(value).clean(text)).to.equal(text)
    })
  })

  it('leaves values alone that are short enough to be words', function () {
    const filter = filterOf('production', 'true', '')
    expect(filter.clean('true, in production')).to.equal('true, in production')
  })

  it('takes nothing to learn from nothing', function () {
    const filter = new Filter()
    filter.add(null)
    filter.add(undefined)
    expect(filter.clean('null undefined')).to.equal('null undefined')
  })
})
