import type {Secret} from './secret.js'
import {formsOf} from './forms.js'

const REPLACEMENT = '[secret]'
/** Shorter values would hide ordinary words. */
const SHORTEST = 12

/** A stream may show this many characters of a token that is still to come: any prompt may end like that. */
const SHOWN = 7

type Done = (error?: Error | null) => void

type Seam = {
  /** Not written yet, because this text could be the beginning of a token. */
  held: string
  /** The encoding: a write in another encoding begins anew. */
  kind: string
  shown: string
}

/**
 * A second net: nothing should write a token. Finds known tokens raw, URL-encoded, JSON-escaped, as base64 at each alignment and
 * as hex.
 */
export class Filter {
  readonly #forms = new Set<string>()
  readonly #flush: (() => void)[] = []
  readonly #restore: (() => void)[] = []

  add(secret: null | Secret | undefined): void {
    secret?.expose(value => {
      if (value.length < SHORTEST) return
      for (const form of formsOf(value)) this.#forms.add(form)
    })
  }

  clean(text: string): string {
    let cleaned = text
    // One secret may be a part of another.
    for (const form of [...this.#forms].sort((a, b) => b.length - a.length)) cleaned = cleaned.replaceAll(form, REPLACEMENT)
    return cleaned
  }

  guard(stream: NodeJS.WriteStream): void {
    const write = stream.write
    let seam: Seam = {held: '', kind: '', shown: ''}
    const flush = () => {
      const {held, kind} = seam
      seam = {held: '', kind: '', shown: ''}
      // Most of a token is as good as all of it.
      if (held !== '') write.call(stream, held.length < SHORTEST ? decoded(held, kind) : REPLACEMENT)
    }

    const pass = (text: string, kind: string): string => {
      if (kind !== seam.kind) flush()
      const {next, out} = this.#across({...seam, kind}, text)
      seam = next
      return out
    }

    const clean = (chunk: string | Uint8Array, encoding: BufferEncoding = 'utf8') =>
      typeof chunk === 'string' ? pass(chunk, encoding) : Buffer.from(pass(Buffer.from(chunk).toString('latin1'), 'bytes'), 'latin1')
    function guarded(chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean {
      const cleaned = clean(chunk, typeof encoding === 'string' ? encoding : undefined)
      return typeof encoding === 'function' ? write.call(stream, cleaned, undefined, encoding) : write.call(stream, cleaned, encoding, done)
    }

    stream.write = guarded
    this.#flush.push(flush)
    this.#restore.push(() => {
      stream.write = write
    })
  }

  flush(): void {
    for (const flush of this.#flush) flush()
  }

  release(): void {
    this.flush()
    this.#flush.length = 0
    for (const restore of this.#restore.splice(0).reverse()) restore()
  }

  #across({held, kind, shown}: Seam, text: string): {next: Seam; out: string} {
    const cleaned = this.clean(shown + held + text)
    // A token that began in the shown text is cut there: its rest does not follow.
    const same = commonLength(shown, cleaned)
    const late = cleaned.slice(same)
    const holding = Math.min(late.length, this.#beginning(cleaned))
    const out = late.slice(0, late.length - holding)
    return {next: {held: late.slice(out.length), kind, shown: (cleaned.slice(0, same) + out).slice(-SHOWN)}, out}
  }

  /** Up to SHOWN characters count as none. */
  #beginning(text: string): number {
    let longest = 0
    for (const form of this.#forms) {
      for (let length = Math.min(text.length, form.length - 1); length > Math.max(SHOWN, longest); length--) {
        if (text.endsWith(form.slice(0, length))) longest = length
      }
    }

    return longest
  }
}

const decoded = (held: string, kind: string): string | Uint8Array => {
  if (kind === 'bytes') return Buffer.from(held, 'latin1')
  return Buffer.isEncoding(kind) ? Buffer.from(held, kind) : held
}

function commonLength(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}
