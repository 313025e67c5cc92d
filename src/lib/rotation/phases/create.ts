import type {Authorization} from '../../heroku/schemas.js'
import type {Rotation} from '../rotation.js'
import {marked} from '../../credentials/description.js'
import {heroku, type Next, refused, RotationError, todo} from '../../errors.js'
import {lifetime} from '../../heroku/lifetime.js'
import {isPlatformError, noAnswer, type PlatformError} from '../../heroku/platform-error.js'
import {isComplete} from '../../heroku/redaction.js'
import {refuseToStrand} from '../guards/refuse-rollback.js'
import {compete} from '../incoming/rivals.js'
import {revokeStray, sweep, sweepLate} from '../incoming/sweep.js'
import {drain} from './drain.js'
import {tryIncoming} from './validate.js'

const CREATES = 3

/** Makes the incoming authorization, marked with the rotation, so that it is found by its mark when the answer to the call is lost. */
export async function create(rotation: Rotation): Promise<string> {
  // An earlier attempt may have made an authorization, whose token was sealed or was lost with the process.
  const isRepeated = (rotation.state.phases.get('create')?.attempts ?? 0) > 1
  const incoming = (isRepeated ? await adopt(rotation) : null) ?? (await post(rotation))
  // The trial of the incoming token needs no answer about rivals; validate tells its outcome.
  const [competed] = await Promise.allSettled([compete(rotation, incoming), tryIncoming(rotation, incoming.userId)])
  if (competed.status === 'rejected') throw competed.reason
  return incoming.id
}

/** The undo: revokes the incoming authorization, once no process runs with its token any more. */
export async function revokeIncoming(rotation: Rotation): Promise<string> {
  const {incoming, lastRestartAt, phases} = rotation.state
  const api = rotation.api
  // A process that died between sealing and recording left the ID with the sealed token only.
  const id = incoming?.id ?? rotation.tokens.incoming?.id
  const authorization = id === undefined ? null : await api.authorization(id)
  const isGone = id !== undefined && !authorization
  // No wait helps a process that still runs with a dead token.
  if (lastRestartAt !== null && !isGone) await drain(rotation)
  if (authorization) {
    await refuseToStrand(rotation, authorization)
    await api.revokeAuthorization(authorization.id)
  }

  // A create that died or failed may have made an authorization that nobody knows, and the list may lag behind.
  const isUnknown = id === undefined && ['failed', 'started'].includes(phases.get('create')?.status ?? '')
  const strays = await sweepLate(rotation, null, isUnknown)
  if (!(await api.authorization(rotation.plan.outgoing.id))) await rotation.record({type: 'orphaned'})
  const count = (authorization ? 1 : 0) + strays.filter(stray => stray.id !== id).length
  if (count > 0) return 'revoked'
  return isGone ? 'was gone already' : 'none was made'
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
        throw refused('ROTATE_NO_TOKEN', 'Heroku made an authorization but did not show its token. It is revoked again.', heroku('authorizations'))
      }

      // Sealed first: between here and the journal a crash leaves a token that resume can adopt.
      await tokens.keep({incoming: {id: made.id, token: made.token}})
      await rotation.recordIncoming(made)
      return made
    } catch (error) {
      // Without the code that Heroku asked for, it has made nothing.
      if (error instanceof RotationError && error.code === 'ROTATE_TWO_FACTOR' && rotation.state.lostAt === null) throw error.with({now: 'Nothing was changed.'})
      if (!isPlatformError(error)) throw error
      if (!error.mayHaveApplied) {
        throw refused('ROTATE_CREATE', `Heroku did not make an authorization: ${error.words}.`, waysOut(error))
      }

      // The token is lost with the answer, so whatever the create made is revoked before another create is sent.
      await rotation.record({type: 'lost'})
      const strays = await sweep(rotation, null)
      if (attempt >= CREATES) throw error
      context.report({text: `${noAnswer(error)}; ${strays.length === 0 ? 'nothing was created' : 'what it had created is revoked'}, trying again (${attempt + 1} of ${CREATES})`, type: 'note'})
    }
  }
}

function waysOut({status}: PlatformError): Next[] {
  if (status === 422) return [heroku('authorizations'), todo('Revoke one that nobody uses: heroku authorizations:revoke ID')]
  return [heroku('auth:whoami'), todo('An account that logs in with SSO may not create authorizations: log in as an account that may.')]
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
    if (rotation.state.incoming?.id !== authorization.id) await rotation.recordIncoming({...authorization, expiresIn: lifetime(authorization, rotation.api.now)})
    return authorization
  }

  await rotation.record({type: rotation.state.incoming ? 'withdrawn' : 'lost'})
  return null
}
