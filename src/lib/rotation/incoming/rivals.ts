import type {Authorization} from '../../heroku/schemas.js'
import type {Rotation} from '../rotation.js'
import {issueOf, parseDescription} from '../../credentials/description.js'
import {heroku, refused, RotationError, todo} from '../../errors.js'
import {poll} from '../../heroku/poll.js'
import {age} from '../../text/duration.js'
import {revokeStray} from './sweep.js'

const LIST_LAG_MS = 30_000
/** A rival of the same second gets this long to withdraw. */
const TIE_MS = 5000

/** Across machines the mark is the lock: the rotation whose marked authorization is the oldest goes on, any other revokes its own and stops. */
export async function compete(rotation: Rotation, mine: Authorization): Promise<void> {
  const {context, plan} = rotation
  let authorizations = await listWith(rotation, mine)
  let rival = rivalOf(authorizations, mine, rotation)
  if (rival && rival.createdAt === mine.createdAt && mine.id < rival.id) {
    // Heroku tells times in seconds, so a rival of the same second may have looked before ours was there, and may go
    // on. The rival gets time to withdraw; if it stays, ours is revoked.
    await poll({clock: context.clock, signal: context.signal, timeoutMs: TIE_MS}, async () => {
      authorizations = await context.api.authorizations()
      rival = rivalOf(authorizations, mine, rotation)
      return rival ? undefined : true
    })
  }

  for (const stray of authorizations) {
    if (stray.id !== mine.id && parseDescription(stray.description).mark === rotation.id) await revokeStray(rotation, stray)
  }

  if (!rival && authorizations.some(({id}) => id === plan.outgoing.id)) return
  await context.api.revokeAuthorization(mine.id)
  await rotation.record({type: 'withdrawn'})
  throw rival ? outrun(rotation, rival) : rotatedMeanwhile(rotation)
}

/** A list that does not show our own authorization yet may not show a rival's either. */
async function listWith({context: {api, clock, signal}}: Rotation, mine: Authorization): Promise<Authorization[]> {
  const listed = await poll({clock, signal, timeoutMs: LIST_LAG_MS}, async () => {
    const authorizations = await api.authorizations()
    return authorizations.some(({id}) => id === mine.id) ? authorizations : undefined
  })
  return listed ?? api.authorizations()
}

/** Finds the marked authorization of another rotation that was made before ours, or within the same second. */
function rivalOf(authorizations: readonly Authorization[], mine: Authorization, {id, plan}: Rotation): Authorization | undefined {
  return authorizations.find(authorization => {
    const {mark, name} = issueOf(authorization)
    return mark !== null && mark !== id && name === plan.name && Date.parse(authorization.createdAt) <= Date.parse(mine.createdAt)
  })
}

function rotatedMeanwhile({plan}: Rotation): RotationError {
  return refused('ROTATE_ROTATED_MEANWHILE', `${plan.outgoing.description} (${plan.outgoing.id}) is gone: somebody else has just revoked it.`, heroku('authorizations'))
}

function outrun({context, plan}: Rotation, rival: Authorization): RotationError {
  const since = age(context.clock.now() - Date.parse(rival.createdAt))
  return new RotationError('ROTATE_IN_FLIGHT', `Rotation ${parseDescription(rival.description).mark} of ${plan.name} was started before this one, ${since} ago, and goes on.`, {
    next: [todo('Wait for it to end.'), heroku('authorizations:rotate:status')],
    now: 'The authorization that this command had made is revoked again; nothing else was changed.',
  })
}
