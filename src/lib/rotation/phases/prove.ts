import type {Secret} from '../../secrecy/secret.js'
import type {Rotation} from '../rotation.js'

import {RotationError} from '../../errors.js'
import {poll} from '../../heroku/poll.js'
import {matchesHint} from '../../heroku/redaction.js'
import {startOver} from '../engine/start-over.js'
import {witness} from '../incoming/token-status.js'

const DEADLINE_MS = 120_000

/**
 * The outgoing token is refused while the incoming one is served, by the same endpoint at the same
 * time: a 401 alone could be the platform's trouble. Where one of the values is unknown, the ids tell.
 */
export async function prove(rotation: Rotation): Promise<string> {
  const {context, plan, tokens} = rotation
  const byToken = tokens.outgoing && tokens.incoming && (await compared(rotation, tokens.outgoing))
  const isById = byToken === null || (byToken.proof === null && (await isOthers(rotation)))
  const {proof, seen} = isById ? await compared(rotation, null) : byToken
  if (proof === null) {
    // Somebody regenerated it after us: only one more can bring everybody a token that works.
    if (plan.inPlace && seen.endsWith('incoming 401')) await startOver(rotation, 'the incoming token is refused')
    else if (seen.endsWith('incoming 401')) await refuseGone(rotation)
    const ended = plan.inPlace ? 'token was regenerated' : 'authorization was revoked'
    throw new RotationError('ROTATE_NOT_PROVED', `The outgoing ${ended}, but after ${DEADLINE_MS / 1000} seconds Heroku still answers: ${seen}.`, {
      exit: 'incomplete',
      next: `heroku authorizations:rotate:resume --rotation ${rotation.id}`,
    })
  }

  if (proof.incomingStatus === null) context.report({text: 'the incoming token was not tried: this session cannot open what was sealed, and no consumer shows it', type: 'warning'})
  await rotation.record({...proof, by: isById ? (plan.inPlace ? 'shown' : 'id') : 'token', type: 'proof'})
  return `${seen}${isById && plan.outgoing.fingerprint !== null ? ' (by its id)' : ''}`
}

/** Until the two answers differ as they should; by the id of the outgoing authorization where there is no token. */
async function compared(rotation: Rotation, outgoing: null | Secret) {
  const {context, plan, tokens: {incoming}} = rotation
  let seen = ''
  const proof = await poll({clock: context.clock, signal: context.signal, timeoutMs: DEADLINE_MS}, async () => {
    const [incomingStatus, [outgoingStatus, isOver]] = await Promise.all([
      incoming ? witness(rotation, rotation.apiAsIncoming, plan.incoming.scope) : refuseGone(rotation),
      outgoing ? refusal(rotation, outgoing) : absence(rotation),
    ])
    seen = `outgoing ${outgoingStatus ?? 'replaced'}, incoming ${incomingStatus ?? 'not tried'}`
    return isOver && incomingStatus !== 401 ? {incomingStatus, outgoingStatus} : undefined
  })
  return {proof, seen}
}

/** After the revoke of the outgoing one there is no other: whoever was given its token is locked out. */
async function refuseGone(rotation: Rotation): Promise<null> {
  const {plan, state: {incoming}} = rotation
  const {id} = incoming ?? rotation.requireIncoming()
  if (await rotation.api.authorization(id)) return null
  throw new RotationError('ROTATE_INCOMING_GONE', `Somebody revoked ${plan.incoming.description} (${id}) after the outgoing authorization was revoked.`, {
    next: [
      `heroku authorizations:create --description ${plan.name}`,
      `heroku authorizations:rotate --description ${plan.name}, with the same consumers: they get the token that it makes`,
    ],
    now: `No token of ${plan.name} works any more, and the rotation is closed.`,
  })
}

/** What the outgoing side answered, and whether that is its end. */
type End = [status: null | number, isOver: boolean]

async function refusal(rotation: Rotation, outgoing: Secret): Promise<End> {
  const status = await witness(rotation, rotation.context.api.as(outgoing), rotation.plan.incoming.scope)
  return [status, status === 401]
}

async function absence(rotation: Rotation): Promise<End> {
  const {inPlace, outgoing} = rotation.plan
  const found = await rotation.api.authorization(outgoing.id)
  if (inPlace) return [null, found !== null && matchesHint(rotation.requireIncoming().token, found.token)]
  return found ? [200, false] : [404, true]
}

/** A short hint may have fitted the token of another authorization: that one stays alive, and proves nothing. */
async function isOthers(rotation: Rotation): Promise<boolean> {
  const {outgoing} = rotation.tokens
  if (!outgoing) return false
  const alive = await rotation.api.authorizations()
  return alive.some(({id, token}) => id !== rotation.plan.outgoing.id && matchesHint(outgoing, token))
}
