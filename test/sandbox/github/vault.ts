import sodium from 'libsodium-wrappers'

import type {Visibility} from './options.js'

import {GitHubError, notFound} from './github-error.js'

export type Secret = {
  createdAt: number
  /** Ids, where the visibility is selected. */
  repositories: readonly number[]
  updatedAt: number
  value: string
  visibility: null | Visibility
}

export type Sealed = {encrypted: string; keyId: string; repositories: readonly number[]; visibility: null | Visibility}

/** The secrets of one place, and the key pair that they are sealed for. */
export class Vault {
  readonly keyId: string
  readonly #keys = sodium.crypto_box_keypair()
  readonly #secrets = new Map<string, Secret>()

  constructor(keyId: string) {
    this.keyId = keyId
  }

  get all(): [string, Secret][] {
    return [...this.#secrets]
  }

  get publicKey(): string {
    return sodium.to_base64(this.#keys.publicKey, sodium.base64_variants.ORIGINAL)
  }

  get values(): ReadonlyMap<string, string> {
    return new Map(this.all.map(([name, {value}]) => [name, value]))
  }

  delete(name: string): void {
    if (!this.#secrets.delete(name)) throw notFound()
  }

  find(name: string): Secret | undefined {
    return this.#secrets.get(name)
  }

  get(name: string): Secret {
    const secret = this.find(name)
    if (!secret) throw notFound()
    return secret
  }

  /** Whether it is new. */
  put(name: string, {encrypted, keyId, repositories, visibility}: Sealed, now: number): boolean {
    if (!/^(?!GITHUB_)[A-Z_]\w*$/i.test(name)) throw new GitHubError(422, 'Invalid secret name.')
    if (keyId !== this.keyId) throw new GitHubError(422, 'The key ID does not belong to the public key of this place.')
    return this.set(name, {repositories, value: this.#open(encrypted), visibility}, now)
  }

  set(name: string, secret: Pick<Secret, 'repositories' | 'value' | 'visibility'>, now: number): boolean {
    const before = this.#secrets.get(name)
    this.#secrets.set(name, {...secret, createdAt: before?.createdAt ?? now, updatedAt: now})
    return before === undefined
  }

  #open(encrypted: string): string {
    try {
      const box = sodium.from_base64(encrypted, sodium.base64_variants.ORIGINAL)
      return sodium.to_string(sodium.crypto_box_seal_open(box, this.#keys.publicKey, this.#keys.privateKey))
    } catch {
      throw new GitHubError(422, 'The value was not sealed for this key.')
    }
  }
}
