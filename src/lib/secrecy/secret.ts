import {createHash, timingSafeEqual} from 'node:crypto'
import {inspect} from 'node:util'

const PRINTED = '[secret]'

/** Every way of turning a secret into text gives `[secret]`. Only `expose` lets the value out, and the linter counts its callers. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  get isEmpty(): boolean {
    return this.#value === ''
  }

  /** Enough to compare by eye, useless to log in with. */
  get fingerprint(): string {
    return createHash('sha256').update(this.#value).digest('hex').slice(0, 12)
  }

  equals(other: Secret | null | undefined): boolean {
    if (!other) return false
    const mine = Buffer.from(this.#value)
    const theirs = Buffer.from(other.#value)
    return mine.length === theirs.length && timingSafeEqual(mine, theirs)
  }

  includes(other: Secret): boolean {
    return !other.isEmpty && this.#value.includes(other.#value)
  }

  matches(shape: RegExp): boolean {
    return new RegExp(`^(?:${shape.source})$`, shape.flags).test(this.#value)
  }

  parts(shape: RegExp): Secret[] {
    return [...new Set(this.#value.match(new RegExp(shape, `g${shape.flags}`)))].map(part => new Secret(part))
  }

  expose<T>(use: (value: string) => T): T {
    return use(this.#value)
  }

  toJSON(): string {
    return PRINTED
  }

  toString(): string {
    return PRINTED
  }

  valueOf(): string {
    return PRINTED
  }

  [Symbol.toPrimitive](): string {
    return PRINTED
  }

  [inspect.custom](): string {
    return PRINTED
  }
}
