import {createHash} from 'node:crypto'

import type {Switches} from '../switches.js'

import {uuidFrom} from './uuid.js'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-'

/** Ids and tokens that look random and follow from the seed. */
export class Identifiers {
  #count = 0
  readonly #seed: string
  readonly #sharedPrefix: boolean

  constructor(seed: number | string, sharedPrefix: boolean) {
    this.#seed = String(seed)
    this.#sharedPrefix = sharedPrefix
  }

  token(format: Switches['tokenFormat']): string {
    if (format === 'uuid') return this.#tokenUuid()
    if (format === 'hrku41') return `HRKU-${this.#tokenUuid()}`
    const body = [...this.#digest()].slice(0, 58).map(byte => alphabet[byte % 64]).join('')
    return `HRKU-AA${this.#sharedPrefix ? `same${body.slice(4)}` : body}`
  }

  uuid(): string {
    return uuidFrom(this.#digest().toString('hex'))
  }

  #digest(): Buffer {
    this.#count += 1
    return createHash('sha512').update(`${this.#seed} ${this.#count}`).digest()
  }

  #tokenUuid(): string {
    return this.#sharedPrefix ? `5a5a5a5a-5a5a${this.uuid().slice(13)}` : this.uuid()
  }
}
