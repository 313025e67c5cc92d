/** Law: a string does not pass for a secret, nor does something that looks like one. */
import type {Secret} from '../../src/lib/secrecy/secret.js'

const lookalike = {
  equals: () => false,
  expose: <T>(use: (value: string) => T) => use(''),
  fingerprint: '',
  isEmpty: true,
  toJSON: () => '',
}

// @ts-expect-error only the class makes secrets
export const secret: Secret = lookalike
