import type {Authorization} from '../../heroku/schemas.js'
import type {Bound, Rotation} from '../rotation.js'
import {RotationError, todo, toResume} from '../../errors.js'
import {matchesRedacted} from '../../heroku/redaction.js'
import {atMost} from '../../system/at-most.js'
import {unless} from '../../system/system-error.js'
import {typed} from '../../text/shell-quote.js'
import {isRefusal, letGo, mayKeep, withinReach} from '../delivery/reach.js'
import {reopen, reverseToForward} from '../engine/reopen.js'
import {goneToo} from '../incoming/dead.js'
import {isIncoming, isOutgoing, knowsIncoming} from '../state/matches.js'
import {type ConsumerState, isFinished} from '../state/state.js'

/** A call whose answer nobody waited for may still be carried out this long. */
export const IN_FLIGHT_MS = 60_000

/** Refuses a rollback that would give consumers a dead token. Heroku is asked and not the journal: somebody else may have revoked it. */
export async function refuseWithoutWayBack(rotation: Rotation): Promise<void> {
  const {id, plan, state} = rotation
  if (await isOutgoingGone(rotation)) {
    const made = state.incoming && (await rotation.api.authorization(state.incoming.id))
    if (state.incoming && !made) throw goneToo(rotation)
    // When nobody holds the incoming token there is nothing to give back, and only the incoming authorization has to go.
    if (!isFinished(state, 'revoke') && state.pivotingAt === null && (!made || (await holdersOf(rotation, made)).length === 0)) return
    // A rollback that has begun would be refused again and again.
    if (state.direction === 'back') await reverseToForward(rotation)
    throw tooLate(rotation)
  }

  if (state.pivotingAt !== null && rotation.passedSince(state.pivotingAt) < IN_FLIGHT_MS) {
    throw new RotationError('ROTATE_TOO_LATE', `Heroku was asked to revoke the old authorization ${plan.outgoing.id} less than a minute ago and may still do it.`, {
      next: [toResume(id), todo('Or run rollback again in a minute.')],
    })
  }
}

/** Turns the rotation forward again when revoking the incoming authorization would leave a consumer without a token that works. */
export async function refuseToStrand(rotation: Rotation, made: Authorization): Promise<void> {
  if (rotation.state.incoming) await refuseHeld(rotation, made)
  const isRestored = [...rotation.state.consumers.values()].some(({status}) => status === 'restored')
  if (!isRestored || !(await isOutgoingGone(rotation))) return
  await reverseToForward(rotation)
  throw tooLate(rotation)
}

async function isOutgoingGone(rotation: Rotation): Promise<boolean> {
  return (await rotation.api.authorization(rotation.plan.outgoing.id)) === null
}

/** A consumer that still holds the token would be left without one that works. */
export async function refuseHeld(rotation: Rotation, authorization: Authorization): Promise<void> {
  const holding = await holdersOf(rotation, authorization)
  if (holding.length === 0) return
  if (rotation.state.incoming === null) throw older(rotation, authorization)
  // A value that a person gives back by hand restarts the app too, so the undo runs again and waits for it.
  await reopen(rotation, ['undo fanout'], {code: 'ROTATE_STILL_HELD', message: 'the new token is still in use'})
  throw new RotationError('ROTATE_STILL_HELD', `${holding.join(', ')} still ${holding.length === 1 ? 'uses' : 'use'} the token of ${authorization.description}.`, {
    next: [todo('Put the old token there by hand.'), toResume(rotation.id)],
  })
}

/** A journal that was restored from before something got the token of this authorization. */
export function older({context, id}: Rotation, {description, id: made}: Authorization): RotationError {
  const path = context.paths.journal(id)
  return new RotationError('ROTATE_JOURNAL', `The journal ${path} is older than its rotation: Heroku has made ${description} (${made}) since.`, {
    exit: 'incomplete',
    next: [
      todo(`Restore the newest one, or set it aside: ${typed('mv', path, `${path}.older`)}`),
      todo(`Without a journal, this goes on by what Heroku says: heroku authorizations:rotate:resume --rotation ${id}`),
    ],
    now: 'This command revoked no token, and what uses one goes on working.',
  })
}

const isGiven = (status: ConsumerState['status'] | undefined) => status !== undefined && status !== 'restored' && status !== 'untouched'

async function holdersOf(rotation: Rotation, {id, token: redacted}: Authorization): Promise<string[]> {
  const {everyone, state, tokens} = rotation
  const isOurs = state.incoming?.id === id

  async function isHeldBy({consumer, planned}: Bound): Promise<boolean> {
    const isWritten = isOurs && isGiven(state.consumers.get(planned.id)?.status)
    const values = await unless(error => !isWritten && isRefusal(error), new Map<string, null>(), consumer.read(rotation.access(planned)))
    // A key that cannot be read counts as holding the incoming token from the write until it is given back.
    if (isWritten && planned.keys.some(key => !values.has(key))) return true
    return [...values].some(([key, value]) => {
      if (value === null) return false
      // Also beside the outgoing token: not everything that somebody has put around it could be given back.
      if (isOurs && knowsIncoming(rotation)) return isIncoming(rotation, value)
      if (isOutgoing(rotation, value)) return false
      const isAnothers = isIncoming(rotation, value) || value.equals(tokens.previous(planned.id)?.get(key))
      return !isAnothers && matchesRedacted(value, redacted)
    })
  }

  const holding = await atMost(rotation.plan.concurrency, everyone, bound => withinReach([bound], [], async () => {
    if (!(await isHeldBy(bound))) return []
    // A release phase may still hide the value that a person gave back.
    await bound.consumer.catchUp(rotation.access(bound.planned))
    if (!(await isHeldBy(bound))) return []
    if (!isOurs || !mayKeep(bound)) return [bound.planned.id]
    await letGo([bound], 'left')
    return []
  }))
  return holding.flat()
}

function tooLate({id, plan, state}: Rotation): RotationError {
  const again = todo(`After that, to replace the token once more: ${typed('heroku', 'authorizations:rotate', '--description', plan.name)}`)
  const happened = `The old authorization ${plan.outgoing.id} is revoked already. A revoked token cannot be brought back.`
  if (state.pivotingAt !== null) return new RotationError('ROTATE_TOO_LATE', happened, {next: [toResume(id), again], now: 'Everything uses the new token.'})
  const keeping = todo(`If it stops at an app that may keep the old token: ${typed('heroku', 'authorizations:rotate:resume', '--rotation', id, '--allow-unread', 'APP')}`)
  return new RotationError('ROTATE_TOO_LATE', happened, {
    next: [toResume(id), keeping, again],
    now: 'The new token works. Whatever still has the old one fails until resume has updated it.',
  })
}
