import fc from 'fast-check'

import {type Change, changed} from '../../../src/lib/consumers/file/change.js'
import {RotationError} from '../../../src/lib/errors.js'
import {occurrencesIn} from '../../../src/lib/secrecy/occurrences.js'
import {Secret} from '../../../src/lib/secrecy/secret.js'
import {sampleToken} from '../../support/sample-token.js'
import {target} from '../target.js'

/** Of the lengths that Heroku's have had, and of others. */
const tokens = [
  sampleToken('one'), sampleToken('two'), `${sampleToken('long')}${sampleToken('er').slice(5, 22)}`, sampleToken('short').slice(0, 40),
  '01234567-89ab-cdef-0123-456789abcdef', 'abcdefab-cdef-abcd-efab-cdefabcdefab',
]
const folded = (text: string, width: number) => text.replaceAll(new RegExp(`.{${width}}`, 'g'), line => `${line}\n`)
const base64 = (text: string) => Buffer.from(text).toString('base64')

const piece = fc.oneof(
  fc.uint8Array({maxLength: 40}).map(bytes => Buffer.from(bytes)),
  fc.string({maxLength: 20, unit: fc.constantFrom(...'ABCDabcd0123+/-_=% \r\n\0')}).map(text => Buffer.from(text)),
  fc.constantFrom('export HEROKU_API_KEY=', 'password ', '{"token":"', '"', '\n', '\r\n', '\uFEFF', 'Basic ').map(text => Buffer.from(text)),
)
const form = fc.oneof(
  fc.constantFrom<((token: string) => Buffer)[]>(
    token => Buffer.from(token),
    token => Buffer.from(token, 'utf16le'),
    token => Buffer.from(Buffer.from(token, 'utf16le').swap16()),
    token => Buffer.from(encodeURIComponent(token)),
    token => Buffer.from(Buffer.from(token).toString('hex')),
    token => Buffer.from(Buffer.from(token).toString('hex').toUpperCase()),
    token => Buffer.from(JSON.stringify(token)),
    token => Buffer.from(base64(Buffer.from(token, 'utf16le').toString('latin1'))),
    token => Buffer.from(base64(base64(token))),
    token => Buffer.from(token.slice(0, -1)),
  ),
  fc.tuple(piece, piece, fc.constantFrom(0, 19, 64, 76), fc.boolean()).map(([head, tail, width, isUrl]) => (token: string) => {
    const text = Buffer.concat([head, Buffer.from(token), tail]).toString(isUrl ? 'base64url' : 'base64')
    return Buffer.from(width === 0 ? text : folded(text, width))
  }),
)
const cases = fc.record({
  from: fc.nat({max: tokens.length - 1}),
  mark: fc.constantFrom(Buffer.of(), Buffer.of(0xFF, 0xFE), Buffer.of(0xFE, 0xFF), Buffer.from('\uFEFF')),
  parts: fc.array(fc.tuple(piece, fc.option(form), fc.boolean()), {maxLength: 6}),
  to: fc.nat({max: tokens.length - 1}),
})

/** The token is replaced wherever it stands and given back byte for byte, or the file is refused, and is as it was. */
export const files = target('files', cases, ({from, mark, parts, to}) => {
  const [old = '', fresh = ''] = [tokens[from], tokens[to]]
  if (old === fresh) return
  const before = Buffer.concat([mark, ...parts.flatMap(([head, write, isWhole]) => [head, write && isWhole ? write(old) : Buffer.of(), write && !isWhole ? write(old) : Buffer.of()])])
  const copy = Buffer.from(before)
  const [outgoing, incoming] = [new Secret(old), new Secret(fresh)]
  const change: Change = {adding: null, from: outgoing, isBack: false, path: 'file', to: incoming}
  // Exchanged twice, a token that was there before could not be told from one that was written.
  const isMixed = occurrencesIn(before, incoming).length > 0
  try {
    const after = changed(before, change)
    if (!after) throw new Error('no file is left')
    if (!isMixed && !after.equals(before)) {
      const back = changed(after, {...change, from: incoming, isBack: true, to: outgoing})
      if (!back?.equals(before)) throw new Error(`not given back: ${back?.toString('latin1')}`)
      const again = changed(after, change)
      if (!again?.equals(after)) throw new Error('changed by a second write')
    }
  } catch (error) {
    if (!(error instanceof RotationError)) throw error
    if ([old, fresh].some(token => error.message.includes(token))) throw new Error('the error tells the token', {cause: error})
  }

  if (!before.equals(copy)) throw new Error('the bytes themselves were changed')
})
