import type {Bound} from '../rotation.js'
import {RotationError, todo, toRollBack} from '../../errors.js'
import {IN_FLIGHT_MS} from '../guards/refuse-rollback.js'
import {isIncoming} from '../state/matches.js'
import {deliver, type Settle} from './deliver.js'
import {foreignChange} from './foreign-change.js'

/** After an hour no process is still about to send a write that it put down as its intent. */
const LONGEST_WRITE_MS = 3_600_000

/** Null where nothing was written to the consumer. */
export async function restore(bound: Bound): Promise<null | Settle> {
  const {planned: {id, keys, notRestorable}, rotation} = bound
  const state = rotation.state.consumers.get(id)
  rotation.stillRunning.delete(id)
  if (!state) return null
  if (state.status === 'untouched') {
    // The person who was asked may have written the value all the same; nobody else has.
    if (notRestorable !== null) rotation.context.report({text: `nobody confirmed ${id}, so nothing is restored there. If somebody did it all the same, undo it by hand`, type: 'warning'})
    return null
  }

  const previous = rotation.tokens.previous(id)
  if (previous && keys.every(key => previous.has(key))) {
    await outwait(bound)
    const third = await foreignChange(bound)
    if (third.size > 0) rotation.context.report({text: `somebody else has changed ${[...third].join(', ')} of ${id}, which stays as it is`, type: 'warning'})
    return deliver([{...bound, values: new Map([...previous].filter(([key]) => !third.has(key)))}], {direction: 'back'})
  }

  if (state.status === 'restored') return async () => {}
  const {person} = rotation.context.outside
  const by = await person.confirms(id, `Put the old token back into ${keys.join(', ')} of ${id} by hand; this machine does not know what was there.`)
  if (by === null) throw unknownBefore(bound)
  return async () => {
    await outwait(bound)
    await settleByHand(bound)
    await rotation.record({id, release: null, stamp: `by ${by}`, status: 'restored', type: 'consumer', wrote: true})
  }
}

/** Waits for a write whose answer was lost: it could land after the old value was read back and the incoming authorization revoked. */
async function outwait({consumer, planned, rotation}: Bound): Promise<void> {
  const {clock, report, signal} = rotation.context
  const {id, keys} = planned
  const state = rotation.state.consumers.get(id)
  const wait = state?.status === 'writing' ? Math.min(IN_FLIGHT_MS, LONGEST_WRITE_MS - rotation.passedSince(state)) : 0
  if (wait <= 0) return
  const values = await consumer.read(rotation.access(planned))
  if (keys.every(key => isIncoming(rotation, values.get(key)))) return
  report({text: `waiting: ${id} did not answer the last change and may still make it`, type: 'wait', until: clock.now() + wait})
  await clock.sleep(wait, signal)
}

/** A change by hand takes effect like any write, and only then the time of the old dynos begins. */
async function settleByHand({consumer, planned, rotation}: Bound): Promise<void> {
  const access = {...rotation.access(planned), isBack: true}
  await consumer.catchUp(access)
  const values = await consumer.read(access)
  if (planned.keys.every(key => values.has(key))) await consumer.settle(await consumer.write(values, access), access)
}

function unknownBefore({planned: {id, keys}, rotation}: Bound): RotationError {
  return new RotationError('ROTATE_PREVIOUS_UNKNOWN', `${id} cannot be restored: nobody knows what was there before.`, {
    next: [todo(`Put the old token into ${keys.join(', ')} of ${id} by hand.`), toRollBack(rotation.id, '--done', id)],
  })
}
