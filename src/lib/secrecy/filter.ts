import type {Secret} from './secret.js'
import {formsOf} from './forms.js'

const REPLACEMENT = '[secret]'
/** Shorter values would hide ordinary words. */
const SHORTEST = 12

/** A stream may show this many characters of a token that is still to come: any prompt may end like that. */
const SHOWN = 7

/** Bytes of a dump, as NODE_DEBUG=stream and od write them. */
const DUMPED = /(?:[\da-f]{2}\s+){5,}[\da-f]{2}/gi
/** A dump that has so many characters of a token in a row is not shown: it may stop in the middle of the token. */
const PIECE = 6

/** Bytes of these are no text to search. */
const WIDE = /^u(?:cs|tf)-?(?:2|16le)$/i

type Done = (error?: Error | null) => void

type Seam = {
  /** Not written yet, because this text could be the beginning of a token. */
  held: string
  shown: string
}

/**
 * A second net: nothing should write a token. Finds known tokens raw, URL-encoded, JSON-escaped, as base64 at each alignment and
 * as hex, and pieces of them in dumps of bytes.
 */
export class Filter {
  readonly #forms = new Set<string>()
  #longestFirst: null | readonly string[] = null
  readonly #known = new Set<string>()
  readonly #flush: (() => void)[] = []

  add(secret: null | Secret | undefined): void {
    secret?.expose(value => {
      if (value.length < SHORTEST || this.#known.has(value)) return
      this.#known.add(value)
      this.#longestFirst = null
      for (const form of formsOf(value)) {
        this.#forms.add(form)
        // As a stream carries it.
        this.#forms.add(Buffer.from(form).toString('latin1'))
      }
    })
  }

  clean(text: string): string {
    let cleaned = text
    // One secret may be a part of another.
    this.#longestFirst ??= [...this.#forms].sort((a, b) => b.length - a.length)
    for (const form of this.#longestFirst) cleaned = cleaned.replaceAll(form, REPLACEMENT)
    return cleaned.replaceAll(DUMPED, run => (this.#hasPiece(Buffer.from(run.replaceAll(/\s/g, ''), 'hex').toString('latin1')) ? REPLACEMENT : run))
  }

  #hasPiece(text: string): boolean {
    const pieces = Array.from({length: Math.max(0, text.length - PIECE + 1)}, (_, index) => text.slice(index, index + PIECE))
    return [...this.#known].some(value => pieces.some(piece => value.includes(piece)))
  }

  guard(stream: NodeJS.WriteStream): void {
    const {end, write} = stream
    let seam: Seam = {held: '', shown: ''}
    const flush = () => {
      const {held} = seam
      const begun = this.#beginning(seam.shown + held)
      seam = {held: '', shown: ''}
      // Most of a token is as good as all of it.
      if (held !== '') write.call(stream, begun < SHORTEST ? Buffer.from(held, 'latin1') : REPLACEMENT)
    }

    // Text and bytes are looked at as one, because a token may come in pieces of both.
    const clean = (chunk: string | Uint8Array, encoding: BufferEncoding = 'utf8') => {
      const bytes = typeof chunk === 'string' ? Buffer.from(WIDE.test(encoding) ? this.clean(chunk) : chunk, encoding) : Buffer.from(chunk)
      const {next, out} = this.#across(seam, bytes.toString('latin1'))
      seam = next
      return Buffer.from(out, 'latin1')
    }

    function guarded(chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean {
      const cleaned = clean(chunk, typeof encoding === 'string' ? encoding : undefined)
      return write.call(stream, cleaned, undefined, typeof encoding === 'function' ? encoding : done)
    }

    function ended(chunk?: string | Uint8Array | (() => void), encoding?: BufferEncoding | (() => void), done?: () => void): NodeJS.WriteStream {
      if (typeof chunk === 'string' || chunk instanceof Uint8Array) guarded(chunk, typeof encoding === 'string' ? encoding : undefined)
      flush()
      const callback = [chunk, encoding, done].find(each => typeof each === 'function')
      const finish = end.bind(stream)
      return callback ? finish(callback) : finish()
    }

    stream.write = guarded
    stream.end = ended
    this.#flush.push(flush)
  }

  flush(): void {
    for (const flush of this.#flush) flush()
  }

  #across({held, shown}: Seam, text: string): {next: Seam; out: string} {
    const cleaned = this.clean(shown + held + text)
    // A token that began in the shown text is cut there: its rest does not follow.
    const same = commonLength(shown, cleaned)
    const late = cleaned.slice(same)
    const holding = Math.min(late.length, this.#beginning(cleaned))
    const out = late.slice(0, late.length - holding)
    return {next: {held: late.slice(out.length), shown: (cleaned.slice(0, same) + out).slice(-SHOWN)}, out}
  }

  /** Up to SHOWN characters count as none. */
  #beginning(text: string): number {
    let longest = 0
    for (const form of this.#forms) {
      const start = form.slice(0, SHOWN + 1)
      let at = text.indexOf(start, text.length - form.length + 1)
      while (at !== -1 && !form.startsWith(text.slice(at))) at = text.indexOf(start, at + 1)
      if (at !== -1) longest = Math.max(longest, text.length - at)
    }

    return longest
  }
}

function commonLength(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}
