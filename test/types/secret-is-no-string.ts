/** Law: a secret is no string; its value comes out by `expose` only. */
import type {Secret} from '../../src/lib/secrecy/secret.js'

export function leak(secret: Secret): string {
  // @ts-expect-error a Secret is not a string
  return secret
}
