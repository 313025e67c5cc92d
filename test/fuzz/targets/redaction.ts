import fc from 'fast-check'

import {isComplete, isHidden, isSendable, matchesRedacted, showsEnough} from '../../../src/lib/heroku/redaction.js'
import {Secret} from '../../../src/lib/secrecy/secret.js'
import {sampleToken} from '../../support/sample-token.js'
import {nat, target} from '../target.js'

const STARS = '*'.repeat(10)
const likely = fc.string({maxLength: 60, unit: fc.constantFrom(...'aB0-_*')})
const token = fc.oneof(likely, fc.string({maxLength: 60, unit: 'binary'}), fc.string({maxLength: 9}).map(seed => sampleToken(seed)))
const cases = fc.tuple(token, token, fc.oneof(likely, fc.string({maxLength: 30, unit: 'binary'})), nat(70), nat(70))

function expect(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(what)
}

/** A token is known by what is shown of it, and no other token that differs there. */
export const redaction = target('redaction', cases, ([value, other, shown, head, tail]) => {
  const secret = new Secret(value)
  const redacted = new Secret(shown)
  expect(!matchesRedacted(secret, null), 'nothing shown matches')
  for (const each of [secret, redacted]) for (const ask of [isComplete, isSendable, showsEnough]) expect(typeof ask(each) === 'boolean', 'no answer')
  expect(isHidden(redacted) === /^\*+$/.test(shown), 'hidden')
  if (isComplete(secret)) expect(value !== '' && !value.includes(STARS), 'complete')

  const [prefix, suffix] = [value.slice(0, head), head + tail < value.length ? value.slice(value.length - tail) : '']
  const own = new Secret(prefix + STARS + suffix)
  const isOne = !/[\s,:;|]/.test(value) && value.lastIndexOf('HRKU-') <= 0
  if (!isOne) expect(!matchesRedacted(secret, own), 'a list')
  if (isOne && !value.includes(STARS) && !prefix.endsWith('*') && prefix.length + suffix.length < value.length) expect(matchesRedacted(secret, own), 'its own')
  if (matchesRedacted(new Secret(other), own) && !prefix.endsWith('*')) expect(other.startsWith(prefix) && other.endsWith(suffix), 'of another token')
  if (matchesRedacted(secret, redacted) && !shown.includes(STARS)) expect(shown === value, 'whole')
})
