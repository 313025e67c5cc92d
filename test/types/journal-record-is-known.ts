/** Law: a journal holds known records, and none of them has a place for a token. */
import type {Record} from '../../src/lib/rotation/state/records.js'

import {Secret} from '../../src/lib/secrecy/secret.js'

export const record: Record = {
  createdAt: '2026-01-15T12:00:00Z',
  description: 'example-token',
  expiresIn: null,
  fingerprint: null,
  id: 'example-id',
  scope: ['global'],
  // @ts-expect-error a record of the incoming authorization has no token
  token: new Secret(''),
  type: 'incoming',
}
