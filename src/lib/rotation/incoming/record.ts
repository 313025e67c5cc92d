import type {Authorization} from '../../heroku/schemas.js'
import type {Rotation} from '../rotation.js'

/** The token is sealed before this, because the record carries its fingerprint. */
export async function recordIncoming(rotation: Rotation, {createdAt, description, expiresIn, id, scope}: Authorization): Promise<void> {
  const fingerprint = rotation.tokens.incoming?.token.fingerprint ?? null
  await rotation.record({createdAt, description, expiresIn, fingerprint, id, scope: [...scope], type: 'incoming'})
}
