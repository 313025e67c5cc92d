import type {Context} from '../../context.js'
import type {Secret} from '../../secrecy/secret.js'

import {refused} from '../../errors.js'
import {selectRotation, type Wanted} from './select.js'
import {Tokens} from './tokens.js'

/** Takes no lock, because a rotation may be waiting for the person who needs this token. */
export async function incomingToken(context: Context, wanted: Wanted): Promise<Secret> {
  const open = await selectRotation(context, wanted)
  if (!open) throw refused('ROTATE_NONE', `No rotation ${wanted.rotation} is in flight on this machine.`, 'heroku authorizations:rotate:status')
  const {rotation} = open.plan
  const tokens = await Tokens.load(context, rotation)
  if (tokens.incoming) return tokens.incoming.token
  throw refused(
    'ROTATE_INCOMING_UNKNOWN',
    tokens.complete ? `Rotation ${rotation} has not made its token yet.` : `The token of rotation ${rotation} was sealed under another session.`,
    [`heroku authorizations:rotate:resume --rotation ${rotation}`],
  )
}
