import type {PlatformApi} from '../../heroku/platform-api.js'
import type {Secret} from '../../secrecy/secret.js'
import type {Rotation} from '../rotation.js'
import {RotationError, toResume} from '../../errors.js'
import {poll} from '../../heroku/poll.js'
import {matchesRedacted} from '../../heroku/redaction.js'
import {tokenStatus} from '../../heroku/token-status.js'
import {goneToo, isExpired} from '../incoming/dead.js'
import {modeOf, type OutgoingEnd} from '../modes/mode.js'

const DEADLINE_MS = 120_000

/** Waits until Heroku refuses the outgoing token while the same endpoint serves the incoming one: a 401 alone could be Heroku's trouble. */
export async function prove(rotation: Rotation): Promise<string> {
  const {context, plan, tokens} = rotation
  const mode = modeOf(plan)
  const byToken = tokens.outgoing && tokens.incoming && (await compared(rotation, tokens.outgoing))
  const isById = byToken === null || (byToken.proof === null && (await isOthers(rotation)))
  const {isIncomingDead, proof, seen} = isById ? await compared(rotation, null) : byToken
  if (proof === null) {
    // In place, somebody regenerated the token after us: only regenerating once more brings everybody a token that works.
    if (isIncomingDead) {
      await mode.onIncomingLost(rotation, 'Heroku refuses the new token')
      if (!plan.inPlace) await refuseGone(rotation)
    }

    throw new RotationError('ROTATE_NOT_PROVED', `The old ${mode.ended}, but after ${DEADLINE_MS / 1000} seconds Heroku still answers: ${seen}.`, {
      next: toResume(rotation.id),
    })
  }

  if (proof.incomingStatus === null) context.report({text: 'the new token was not tried: this session cannot open the sealed copy, and nothing shows the token', type: 'warning'})
  await rotation.record({...proof, by: isById ? mode.proofById : 'token', type: 'proof'})
  return `${seen}${isById && plan.outgoing.fingerprint !== null ? ' (by its id)' : ''}`
}

/** Asks until both answers are as they should be; without the outgoing token, the ID of its authorization tells. */
async function compared(rotation: Rotation, outgoing: null | Secret) {
  const {context, plan, tokens: {incoming}} = rotation
  let seen = ''
  let isIncomingDead = false
  const proof = await poll({clock: context.clock, signal: context.signal, timeoutMs: DEADLINE_MS}, async () => {
    const [incomingStatus, [outgoingStatus, isOver]] = await Promise.all([
      incoming ? statusOf(rotation, rotation.apiAsIncoming) : refuseGone(rotation),
      outgoing ? refusal(rotation, outgoing) : modeOf(plan).outgoingEnd(rotation),
    ])
    isIncomingDead = incomingStatus === 401
    seen = `old token ${outgoingStatus ?? 'replaced'}, new token ${incomingStatus ?? 'not tried'}`
    return isOver && incomingStatus !== 401 ? {incomingStatus, outgoingStatus} : undefined
  })
  return {isIncomingDead, proof, seen}
}

/** Fails when the incoming authorization is gone too, or has expired: then no token of the credential works any more. */
async function refuseGone(rotation: Rotation): Promise<null> {
  const {state: {incoming}} = rotation
  const {id} = incoming ?? rotation.requireIncoming()
  if ((await rotation.api.authorization(id)) && !isExpired(rotation)) return null
  throw goneToo(rotation)
}

function statusOf({everyone, plan}: Rotation, api: PlatformApi): Promise<number> {
  const [app] = everyone.flatMap(({consumer}) => consumer.apps)
  return tokenStatus(api, plan.incoming.scope, app)
}

async function refusal(rotation: Rotation, outgoing: Secret): Promise<OutgoingEnd> {
  const status = await statusOf(rotation, rotation.context.api.as(outgoing))
  return [status, status === 401]
}

/** A short redacted token may have fitted the token of another authorization, which stays alive and proves nothing. */
async function isOthers(rotation: Rotation): Promise<boolean> {
  const {outgoing} = rotation.tokens
  if (!outgoing) return false
  const alive = await rotation.api.authorizations()
  return alive.some(({id, token}) => id !== rotation.plan.outgoing.id && matchesRedacted(outgoing, token))
}
