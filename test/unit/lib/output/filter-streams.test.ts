import {expect} from 'chai'
import {PassThrough} from 'node:stream'

import {Filter} from '../../../../src/lib/secrecy/filter.js'
import {Secret} from '../../../../src/lib/secrecy/secret.js'
import {sampleToken} from '../../../support/sample-token.js'

describe('a stream that Filter guards', function () {
  const token = sampleToken('stream')
  const {stderr} = process
  const original = stderr.write
  let filter: Filter
  let sink: PassThrough

  beforeEach('puts a sink behind stderr', function () {
    sink = new PassThrough()
    stderr.write = sink.write.bind(sink)
    filter = new Filter()
    filter.add(new Secret(token))
    filter.guard(stderr)
  })

  afterEach('gives stderr back', function () {
    stderr.write = original
  })

  function written(): Buffer {
    const chunk: unknown = sink.read()
    return Buffer.isBuffer(chunk) ? chunk : Buffer.alloc(0)
  }

  it('lets a text out without the token', function () {
    stderr.write(`token ${token}.\n`)
    expect(written().toString()).to.equal('token [secret].\n')
  })

  it('lets a buffer out without the token, other bytes as they are', function () {
    const noise = Buffer.from([0, 255, 254, 10, 195, 40])
    stderr.write(Buffer.concat([noise, Buffer.from(token), noise]))
    expect(written()).to.deep.equal(Buffer.concat([noise, Buffer.from('[secret]'), noise]))
  })

  it('lets a Uint8Array out without the token', function () {
    stderr.write(new Uint8Array(Buffer.from(`<${token}>`)))
    expect(written().toString()).to.equal('<[secret]>')
  })

  it('keeps characters of several bytes, in texts and in buffers', function () {
    stderr.write(`é… ${token}`)
    stderr.write(Buffer.from(`é… ${token}`))
    expect(written().toString()).to.equal('é… [secret]é… [secret]')
  })

  it('writes in the encoding that is asked for', function () {
    stderr.write(`é ${token}`, 'latin1')
    expect(written()).to.deep.equal(Buffer.from('é [secret]', 'latin1'))
    stderr.write(`é ${token}`, 'utf16le')
    expect(written()).to.deep.equal(Buffer.from('é [secret]', 'utf16le'))
  })

  for (const encoding of ['hex', 'base64'] as const) {
    it(`lets nothing of the token out that comes as ${encoding} to be decoded`, function () {
      stderr.write(Buffer.from(`token ${token}.`).toString(encoding), encoding)
      expect(written().toString('latin1')).not.to.include(token.slice(4, 12)).and.not.to.include(token.slice(-12, -4))
    })
  }

  it('lets nothing of the token out that comes half as text and half as bytes', function () {
    stderr.write(`token ${token.slice(0, 20)}`)
    stderr.write(Buffer.from(`${token.slice(20)}.`))
    filter.flush()
    expect(written().toString()).to.equal('token [secret].')
  })

  it('calls back once the chunk is written, whichever way it was asked to', async function () {
    await new Promise<unknown>(resolve => {
      stderr.write(`one ${token}`, resolve)
    })
    await new Promise<unknown>(resolve => {
      stderr.write(` two ${token}`, 'utf8', resolve)
    })
    expect(written().toString()).to.equal('one [secret] two [secret]')
  })

  it('calls back where the encoding was left undefined', async function () {
    let told = false
    stderr.write(`one ${token}`, undefined, () => {
      told = true
    })
    await new Promise(resolve => {
      setImmediate(resolve)
    })
    expect(told).to.equal(true)
  })

  it('answers what the stream answers, so that whoever writes waits for the drain', function () {
    expect(stderr.write('a little')).to.equal(true)
    expect(stderr.write(Buffer.alloc(1_000_000))).to.equal(false)
  })

  it('learns tokens while it is guarded', function () {
    const later = sampleToken('later')
    stderr.write(`${later} `)
    filter.add(new Secret(later))
    stderr.write(later)
    expect(written().toString()).to.equal(`${later} [secret]`)
  })

  describe('in pieces', function () {
    it('lets a token out in none, wherever it is cut', function () {
      for (let cut = 1; cut < token.length; cut++) {
        stderr.write(`cut ${token.slice(0, cut)}`)
        stderr.write(`${token.slice(cut)}.\n`)
        const shown = written().toString()
        expect(shown, `cut at ${cut}`).to.match(/^cut .{0,7}\[secret\]\.\n$/)
        expect(shown.includes(token.slice(0, 8)) || shown.includes(token.slice(-8)), `cut at ${cut}`).to.equal(false)
      }
    })

    it('lets a token out in none, one character at a time, in texts and in buffers', function () {
      for (const character of `${token}\n`) stderr.write(character)
      expect(written().toString()).to.equal(`${token.slice(0, 7)}[secret]\n`)
      for (const byte of Buffer.from(`${token}\n`)) stderr.write(Buffer.from([byte]))
      expect(written().toString()).to.equal(`${token.slice(0, 7)}[secret]\n`)
    })

    it('lets an encoded token out in none', function () {
      const hex = Buffer.from(token).toString('hex')
      stderr.write(hex.slice(0, 40))
      stderr.write(`${hex.slice(40)}\n`)
      expect(written().toString()).to.equal('[secret]\n')
    })

    it('holds nothing back that a prompt ends with, nor a line', function () {
      for (const text of ['Is it done? ', 'working', `${token.slice(0, 7)}`, '\u001B[2K', `${token.slice(0, 20)}\n`, 'é']) {
        stderr.write(text)
        expect(written().toString()).to.equal(text)
      }
    })

    it('lets out what only began like a token, as soon as it goes on otherwise', function () {
      stderr.write(token.slice(0, 12))
      expect(written().toString()).to.equal('')
      stderr.write('**********\n')
      expect(written().toString()).to.equal(`${token.slice(0, 12)}**********\n`)
    })

    it('shows at the end little of a token that never ended', function () {
      for (const [length, shown] of [[8, token.slice(0, 8)], [20, '[secret]']] as const) {
        stderr.write(token.slice(0, length))
        filter.flush()
        filter.flush()
        expect(written().toString()).to.equal(shown)
      }
    })

    it('calls back for what it holds', async function () {
      await new Promise<unknown>(resolve => {
        stderr.write(token.slice(0, 20), resolve)
      })
      expect(written().toString()).to.equal('')
    })
  })
})
