import {expect} from 'chai'

import {incomingDescription, marked, parseDescription} from '../../../../src/lib/credentials/description.js'
import {seededRandom} from '../../../support/in-process.js'

const noon = Date.UTC(2026, 0, 15, 12)

describe('parseDescription', function () {
  const parsed: [string, ReturnType<typeof parseDescription>][] = [
    ['example-token', {date: null, issue: 1, mark: null, name: 'example-token'}],
    ['example-token-2026-01-15', {date: '2026-01-15', issue: 1, mark: null, name: 'example-token'}],
    ['example-token-2026-01-15-2', {date: '2026-01-15', issue: 2, mark: null, name: 'example-token'}],
    ['example-token-2026-01-15-12 (rotation k7m2pq9xtz)', {date: '2026-01-15', issue: 12, mark: 'k7m2pq9xtz', name: 'example-token'}],
    ['example token (rotation k7m2pq9xtz)', {date: null, issue: 1, mark: 'k7m2pq9xtz', name: 'example token'}],
    ['2026-01-15', {date: null, issue: 1, mark: null, name: '2026-01-15'}],
    ['example-2026-01-15-token', {date: null, issue: 1, mark: null, name: 'example-2026-01-15-token'}],
    ['example-2', {date: null, issue: 1, mark: null, name: 'example-2'}],
    ['example (rotation)', {date: null, issue: 1, mark: null, name: 'example (rotation)'}],
    ['example (rotation A B)', {date: null, issue: 1, mark: null, name: 'example (rotation A B)'}],
    ['example(rotation abc)', {date: null, issue: 1, mark: null, name: 'example(rotation abc)'}],
    ['', {date: null, issue: 1, mark: null, name: ''}],
  ]
  for (const [text, expected] of parsed) {
    it(`takes "${text}" apart`, function () {
      expect(parseDescription(text)).to.deep.equal(expected)
    })
  }
})

describe('incomingDescription', function () {
  it('is the name and the date, in UTC', function () {
    expect(incomingDescription('example-token', noon, [])).to.equal('example-token-2026-01-15')
    expect(incomingDescription('example-token', Date.UTC(2026, 0, 15, 23, 59, 59), [])).to.equal('example-token-2026-01-15')
    expect(incomingDescription('example-token', Date.UTC(2026, 0, 16), [])).to.equal('example-token-2026-01-16')
  })

  it('counts on from what was made on the same day, revoked gaps included', function () {
    const day = 'example-token-2026-01-15'
    expect(incomingDescription('example-token', noon, [day])).to.equal(`${day}-2`)
    expect(incomingDescription('example-token', noon, [day, `${day}-2`])).to.equal(`${day}-3`)
    expect(incomingDescription('example-token', noon, [`${day}-9`])).to.equal(`${day}-10`)
    expect(incomingDescription('example-token', noon, [`${day} (rotation abc)`])).to.equal(`${day}-2`)
  })

  it('does not count other names, other days or the bare name', function () {
    const taken = ['example-token', 'example-token-2026-01-14', 'other-token-2026-01-15', 'my-example-token-2026-01-15']
    expect(incomingDescription('example-token', noon, taken)).to.equal('example-token-2026-01-15')
  })

  it('comes back as the name, day and issue it was made of, with its mark and without', function () {
    const random = seededRandom('descriptions')
    const words = ['example', 'token', 'Ω', '2', '2026', 'a b', '(x)', '']
    for (let run = 0; run < 100; run++) {
      const name = Array.from({length: 1 + Math.floor(random.number() * 3)}, () => words[Math.floor(random.number() * words.length)]).join('-')
      const issue = 1 + Math.floor(random.number() * 3)
      const taken: string[] = []
      for (let made = 0; made < issue; made++) taken.push(incomingDescription(name, noon, taken))
      const last = taken.at(-1) ?? ''
      expect(parseDescription(last)).to.deep.equal({date: '2026-01-15', issue, mark: null, name})
      expect(parseDescription(marked(last, 'k7m2pq9xtz'))).to.deep.equal({date: '2026-01-15', issue, mark: 'k7m2pq9xtz', name})
    }
  })
})
