import {expect} from 'chai'
import {inspect} from 'node:util'

import {open, seal, type Sealed} from '../../../../src/lib/journal/seal.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {seededRandom} from '../../../support/in-process.js'
import {sampleToken} from '../../../support/sample-token.js'
import {formsOf} from '../../../support/token-forms.js'

const tokens = {incoming: sampleToken('incoming'), other: sampleToken('other'), outgoing: sampleToken('outgoing'), session: sampleToken('session')}
const session = new Secret(tokens.session)
const NAME = 'k7m2pq9xtz'

const content: Sealed = {
  incoming: {id: 'incoming-id', token: new Secret(tokens.incoming)},
  outgoing: new Secret(tokens.outgoing),
  previous: {'heroku-config:example-app': {HEROKU_API_KEY: new Secret(tokens.outgoing), NOT_SET: null, OTHER: new Secret(tokens.other)}, 'heroku-config:other': {}},
}
const nothing: Sealed = {incoming: null, outgoing: null, previous: {}}

const sealedText = (sealed = content, seed = 'seal') => seal(sealed, session, NAME, seededRandom(seed))

/** With the values, so that it can be compared. */
function exposed(sealed: null | Sealed) {
  const text = (secret: null | Secret) => secret && secret.expose(value => value)
  return sealed && {
    incoming: sealed.incoming && {id: sealed.incoming.id, token: text(sealed.incoming.token)},
    outgoing: text(sealed.outgoing),
    previous: Object.fromEntries(Object.entries(sealed.previous).map(([id, keys]) => [id, Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, text(value)]))])),
  }
}

function fieldsOf(text: string): [string, string][] {
  const envelope: unknown = JSON.parse(text)
  if (typeof envelope !== 'object' || envelope === null) throw new TypeError('no envelope')
  return Object.entries(envelope).filter((field): field is [string, string] => typeof field[1] === 'string')
}

describe('seal', function () {
  it('keeps both tokens and what every key held before, absent ones as absent', function () {
    expect(exposed(open(sealedText(), session, NAME))).to.deep.equal(exposed(content))
    expect(exposed(open(sealedText(nothing), session, NAME))).to.deep.equal(exposed(nothing))
  })

  it('keeps values that are empty or not ASCII', function () {
    const odd: Sealed = {...nothing, previous: {a: {EMPTY: new Secret(''), ODD: new Secret('ü\n"\\\0🔑')}}}
    expect(exposed(open(sealedText(odd), session, NAME))).to.deep.equal(exposed(odd))
  })

  it('holds no token in the clear, in base64 or in any other form', function () {
    const text = sealedText()
    for (const [, value] of fieldsOf(text)) {
      const bytes = Buffer.from(value, 'base64').toString('latin1')
      for (const form of Object.values(tokens).flatMap(token => [...formsOf(token), token.slice(0, 12), token.slice(-12)])) {
        expect(text).not.to.include(form)
        expect(bytes).not.to.include(form)
      }
    }
  })

  it('seals the same content into another text each time', function () {
    const [one, other] = [fieldsOf(sealedText(content, 'one')), fieldsOf(sealedText(content, 'other'))]
    for (const [index, [name, value]] of one.entries()) expect(value, name).not.to.equal(other[index]?.[1])
  })

  it('opens under the session it was sealed under only', function () {
    for (const other of [tokens.session.slice(0, -1), `${tokens.session} `, tokens.incoming, '']) expect(open(sealedText(), new Secret(other), NAME)).to.equal(null)
  })

  it('opens for the rotation it was sealed for only', function () {
    for (const other of ['', 'k7m2pq9xty', `${NAME} `]) expect(open(sealedText(), session, other)).to.equal(null)
  })

  it('opens nothing of which one bit was flipped: salt, nonce, tag or content', function () {
    const text = sealedText()
    for (const [name, value] of fieldsOf(text)) {
      const bytes = Buffer.from(value, 'base64')
      for (const at of bytes.keys()) {
        const flipped = Buffer.from(bytes)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
        expect(open(text.replace(value, flipped.toString('base64')), session, NAME), `${name}, byte ${at}`).to.equal(null)
      }
    }
  })

  it('opens no text of which a byte was changed as anything else than what was sealed', function () {
    const text = Buffer.from(sealedText(nothing))
    for (const at of text.keys()) {
      const damaged = Buffer.from(text)
      damaged[at] = (damaged[at] ?? 0) ^ 1
      const opened = open(damaged.toString('latin1'), session, NAME)
      if (opened !== null) expect(exposed(opened)).to.deep.equal(exposed(nothing))
    }
  })

  it('opens no shorter tag: fewer bits are easier to guess', function () {
    const text = sealedText()
    const tag = fieldsOf(text).find(([name]) => name === 'tag')?.[1] ?? ''
    for (const bytes of [0, 4, 8, 12, 15]) {
      expect(open(text.replace(tag, Buffer.from(tag, 'base64').subarray(0, bytes).toString('base64')), session, NAME), String(bytes)).to.equal(null)
    }
  })

  it('opens nothing that is torn, empty, of another version or something else', function () {
    const text = sealedText(nothing)
    for (let length = 0; length < text.length; length++) expect(open(text.slice(0, length), session, NAME)).to.equal(null)
    for (const other of ['null', '[]', '{}', '"text"', text.replace('"version":1', '"version":2'), text.replace('}', ',"more":1}')]) expect(open(other, session, NAME)).to.equal(null)
  })

  it('gives secrets, which print as such', function () {
    expect(inspect(open(sealedText(), session, NAME), {depth: Infinity, showHidden: true})).not.to.include('HRKU')
  })
})
