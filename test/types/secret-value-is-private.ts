/** Law: nothing outside the class reads the value of a secret. */
import type {Secret} from '../../src/lib/secrecy/secret.js'

export function leak(secret: Secret): unknown {
  // @ts-expect-error a Secret has no property that holds its value
  return secret.value
}
