import fc from 'fast-check'

import {Filter} from '../../../src/lib/secrecy/filter.js'
import {Secret} from '../../../src/lib/secrecy/secret.js'
import {sampleToken} from '../../support/sample-token.js'
import {target} from '../target.js'

const PIECE = 12

const forms: ((token: string) => string)[] = [
  token => token, token => encodeURIComponent(token), token => JSON.stringify(token), token => Buffer.from(token).toString('hex'), token => Buffer.from(token).toString('hex').toUpperCase(),
  ...['', ':', 'u:'].flatMap(before => (['base64', 'base64url'] as const).map(encoding => (token: string) => Buffer.from(`${before}${token}`).toString(encoding))),
]

const around = fc.oneof(fc.string({maxLength: 10, unit: 'binary'}), fc.string({maxLength: 10}), fc.constantFrom('HRKU-', 'HRKU-HRKU-', '\n', '', '[secret]', 'H'))
const sizes = fc.oneof({arbitrary: fc.integer({max: 8, min: 1}), weight: 3}, fc.integer({max: 80, min: 1}))
const cases = fc.record({
  chunks: fc.array(fc.tuple(sizes, fc.constantFrom('buffer', 'bytes', 'latin1', 'text', 'hex')), {maxLength: 40, minLength: 1}),
  cut: fc.option(fc.integer({max: 70, min: 1})),
  end: fc.constantFrom('end', 'flush'),
  form: fc.constantFrom(...forms),
  pieces: fc.array(around, {maxLength: 4, minLength: 1}),
  seed: fc.nat({max: 50}),
})

/** The filter asks of a stream only to write and to end. */
function sink() {
  const chunks: Buffer[] = []
  const stream: NodeJS.WriteStream = Object.assign(Object.create(process.stderr), {
    end: () => stream,
    write: (chunk: Uint8Array) => chunks.push(Buffer.from(chunk)) > 0,
  })
  return {chunks, stream}
}

/** What base64 gives away, wherever in it one begins to read. */
const readable = (text: string) => text.split(/[^\w+/-]+/).flatMap(group => [0, 1, 2, 3].map(skip => Buffer.from(group.slice(skip), 'base64').toString('latin1'))).join('\n')

function longest(token: string, text: string): number {
  let length = 0
  for (let start = 0; start < token.length; start++) {
    while (start + length < token.length && text.includes(token.slice(start, start + length + 1))) length++
  }

  return length
}

/** Of a token that comes in pieces, in any form and kind of chunk, nothing of twelve characters or more goes out; nor of one that breaks off. */
export const filter = target('filter', cases, ({chunks, cut, end, form, pieces, seed}) => {
  const token = sampleToken(`filter ${seed}`)
  const filtering = new Filter()
  filtering.add(new Secret(token))
  const {chunks: written, stream} = sink()
  filtering.guard(stream)
  const text = pieces.join(form(token)) + (cut === null ? '' : form(token).slice(0, cut))
  const bytes = Buffer.from(text)
  let at = 0
  for (let n = 0; at < bytes.length; n++) {
    const [size, kind] = chunks[n % chunks.length] ?? [1, 'bytes']
    let next = at + size
    // Text is cut only between characters, as programs write it.
    if (kind === 'text') while ((bytes[next] ?? 0) >> 6 === 2) next++
    const part = bytes.subarray(at, next)
    at = next
    switch (kind) {
    case 'text': {
      stream.write(part.toString())
      break
    }

    case 'hex': {
      stream.write(part.toString('hex'), 'hex')
      break
    }

    case 'latin1': {
      stream.write(part.toString('latin1'), 'latin1')
      break
    }

    default: stream.write(kind === 'buffer' ? part : new Uint8Array(part))
    }
  }

  if (end === 'end') stream.end()
  else filtering.flush()
  const out = Buffer.concat(written).toString('latin1')
  const hex = Buffer.from(token).toString('hex')
  const isOut = longest(token, out) >= PIECE || longest(hex, out.toLowerCase()) >= PIECE * 2 || longest(token, readable(out)) >= PIECE || longest(encodeURIComponent(token), out) >= PIECE
  if (isOut) throw new Error(`goes out: ${out}`)
})
