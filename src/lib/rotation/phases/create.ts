import type {Authorization} from '../../heroku/schemas.js'
import type {Rotation} from '../rotation.js'
import {issueOf, marked, parseDescription} from '../../credentials/description.js'
import {heroku, refused, RotationError, todo} from '../../errors.js'
import {lifetime} from '../../heroku/lifetime.js'
import {isPlatformError} from '../../heroku/platform-error.js'
import {poll} from '../../heroku/poll.js'
import {isComplete} from '../../heroku/redaction.js'
import {age} from '../../text/duration.js'
import {refuseHeld, refuseToStrand} from '../guards/way-back.js'
import {drain} from './drain.js'
import {tryIncoming} from './validate.js'

const CREATES = 3
const LIST_LAG_MS = 30_000
/** A lost create may still be carried out this long after it was sent. */
const SWEEP_LAG_MS = 15_000
/** A rival of the same second gets this long to withdraw. */
const TIE_MS = 5000

/** Makes the incoming authorization, marked with the rotation, so that it is found by its mark when the answer to the call is lost. */
export async function create(rotation: Rotation): Promise<string> {
  // An earlier attempt may have made an authorization, whose token was sealed or was lost with the process.
  const isRepeated = (rotation.state.phases.get('create')?.attempts ?? 0) > 1
  const incoming = (isRepeated ? await adopt(rotation) : null) ?? (await post(rotation))
  // The trial of the incoming token needs no answer about rivals; validate tells its outcome.
  const [competed] = await Promise.allSettled([compete(rotation, incoming), tryIncoming(rotation)])
  if (competed.status === 'rejected') throw competed.reason
  return incoming.id
}

/** The undo: revokes the incoming authorization, once no process runs with its token any more. */
export async function revokeIncoming(rotation: Rotation): Promise<string> {
  if (rotation.state.lastRestartAt !== null) await drain(rotation)
  const {clock} = rotation.context
  const {incoming, lostAt, phases} = rotation.state
  const api = rotation.api
  // A process that died between sealing and recording left the ID with the sealed token only.
  const id = incoming?.id ?? rotation.tokens.incoming?.id
  const authorization = id === undefined ? null : await api.authorization(id)
  if (authorization) {
    await refuseToStrand(rotation)
    await api.revokeAuthorization(authorization.id)
  }

  // A create that died or failed may have made an authorization that nobody knows, and the list may lag behind.
  const isUnknown = id === undefined && ['failed', 'started'].includes(phases.get('create')?.status ?? '')
  const strays = await sweepLate(rotation, null, isUnknown ? clock.now() : lostAt)
  const count = (authorization ? 1 : 0) + strays.filter(stray => stray.id !== id).length
  return count === 0 ? 'none was made' : 'revoked'
}

async function post(rotation: Rotation): Promise<Authorization> {
  const {context, id, plan, tokens} = rotation
  for (let attempt = 1; ; attempt++) {
    try {
      const made = await context.api.createAuthorization({
        description: marked(plan.incoming.description, id),
        expiresIn: plan.incoming.expiresIn,
        scope: plan.incoming.scope,
      })
      if (!isComplete(made.token)) {
        await context.api.revokeAuthorization(made.id)
        throw refused('ROTATE_NO_TOKEN', 'Heroku made an authorization without telling its token; it was revoked again.', heroku('authorizations'))
      }

      // Sealed first: between here and the journal a crash leaves a token that resume can adopt.
      await tokens.keep({incoming: {id: made.id, token: made.token}})
      await recordIncoming(rotation, made)
      return made
    } catch (error) {
      if (!isPlatformError(error)) throw error
      if (!error.mayHaveApplied) {
        throw refused('ROTATE_CREATE', `Heroku made no authorization: ${error.message}.`, [heroku('authorizations'), heroku('auth:whoami')])
      }

      // The token is lost with the answer, so whatever the create made is revoked before another create is sent.
      await rotation.record({type: 'lost'})
      await sweep(rotation, null)
      if (attempt >= CREATES) throw error
      context.report({text: `the answer to the create was lost (${error.failure}); no stray is left, trying again`, type: 'note'})
    }
  }
}

/** The token is sealed before this, because the record carries its fingerprint. */
export async function recordIncoming(rotation: Rotation, {createdAt, description, expiresIn, id, scope}: Authorization): Promise<void> {
  const fingerprint = rotation.tokens.incoming?.token.fingerprint ?? null
  await rotation.record({createdAt, description, expiresIn, fingerprint, id, scope: [...scope], type: 'incoming'})
}

async function adopt(rotation: Rotation): Promise<Authorization | null> {
  const kept = rotation.tokens.incoming
  const authorization = kept && (await rotation.context.api.authorization(kept.id))
  const {incoming} = rotation.state
  // The token was lost with an earlier session, so the authorization is of no use; the list may not show it yet.
  const lost = !kept && incoming ? await rotation.context.api.authorization(incoming.id) : null
  if (lost) await revokeStray(rotation, lost)
  await sweep(rotation, authorization?.id ?? null)
  if (authorization) {
    if (rotation.state.incoming?.id !== authorization.id) await recordIncoming(rotation, {...authorization, expiresIn: lifetime(authorization, rotation.context.clock.now())})
    return authorization
  }

  await rotation.record({type: rotation.state.incoming ? 'withdrawn' : 'lost'})
  return null
}

async function sweep(rotation: Rotation, keep: null | string): Promise<Authorization[]> {
  const strays = (await rotation.api.authorizations()).filter(({description, id}) => id !== keep && parseDescription(description).mark === rotation.id)
  for (const stray of strays) await revokeStray(rotation, stray)
  return strays
}

async function revokeStray(rotation: Rotation, stray: Authorization): Promise<void> {
  await refuseHeld(rotation, stray)
  await rotation.api.revokeAuthorization(stray.id)
}

/** Sweeps late enough to see the authorization of a create whose answer was lost. */
export async function sweepLate(rotation: Rotation, keep: null | string, lostAt = rotation.state.lostAt): Promise<Authorization[]> {
  const {clock, signal} = rotation.context
  const wait = lostAt === null ? 0 : lostAt + SWEEP_LAG_MS - clock.now()
  if (wait > 0) await clock.sleep(wait, signal)
  return sweep(rotation, keep)
}

/** Across machines the mark is the lock: the rotation whose marked authorization is the oldest goes on, any other revokes its own and stops. */
async function compete(rotation: Rotation, mine: Authorization): Promise<void> {
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
    if (stray.id !== mine.id && parseDescription(stray.description).mark === rotation.id) await context.api.revokeAuthorization(stray.id)
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
  return refused('ROTATE_ROTATED_MEANWHILE', `${plan.outgoing.description} (${plan.outgoing.id}) was revoked by somebody else meanwhile.`, heroku('authorizations'))
}

function outrun({context, plan}: Rotation, rival: Authorization): RotationError {
  const since = age(context.clock.now() - Date.parse(rival.createdAt))
  return new RotationError('ROTATE_IN_FLIGHT', `Rotation ${parseDescription(rival.description).mark} of ${plan.name} was started before this one (${since} ago) and goes on.`, {
    next: [todo('Wait for it to end.'), heroku('authorizations:rotate:status')],
    now: 'This rotation revoked the authorization it had made; nothing else was changed.',
  })
}
