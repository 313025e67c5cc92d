import {expect} from 'chai'

import type {RotationError} from '../../../../../src/lib/errors.js'

import {everythingOf} from './setting.js'

/** Of the adapter's own, with a remedy, and with nothing in it that must not be shown. */
export function isTyped(error: RotationError, secrets: readonly string[], why = ''): void {
  expect(error.code, why).to.match(/^ROTATE_INFISICAL_/)
  expect(error.next, why).to.have.length.greaterThan(0)
  expect(error.message, why).to.not.match(/\n\s+at |\.js:\d/)
  const everything = everythingOf(error)
  for (const secret of secrets) expect(everything.includes(secret), `${why}: shows a secret`).to.equal(false)
}
