import type {Access, Holding, Values} from '../../consumers/adapter.js'
import type {Consumer} from '../../consumers/registry.js'
import type {PlatformApi} from '../../heroku/platform-api.js'
import type {Bound, Rotation} from '../rotation.js'
import {type Next, RotationError, todo, toResume} from '../../errors.js'
import {atMost} from '../../system/at-most.js'
import {fromStoreOn, reopen} from '../engine/reopen.js'
import {isIncoming, isOutgoing} from '../state/matches.js'
import {withinReach} from './reach.js'

/**
 * Reads consumers back from the world and not from the journal, because the pivot depends on it. A consumer that cannot
 * be read passes when this rotation has written it and nobody has since. `last` tells the client for each consumer in the last
 * look before the revoke: it keeps what it reads, and waits for values that a release phase still hides.
 */
export async function readBack(rotation: Rotation, bound: readonly Bound[], last: ((one: Bound) => PlatformApi) | null = null): Promise<void> {
  const found = await atMost(rotation.plan.concurrency, bound, one => withinReach([one], [], () => problemsOf(one, last?.(one) ?? null)))
  const problems = found.flat()
  if (problems.length === 0) return
  const code = 'ROTATE_NOT_HELD'
  const message = `${problems.map(({told}) => told).join('; ')}.`
  // A resume then writes the consumer again.
  await reopen(rotation, fromStoreOn, {code, message})
  throw new RotationError(code, message, {next: [...problems.flatMap(({byHand}) => byHand), toResume(rotation.id)]})
}

type Problem = {
  /** Tells how to change what a resume cannot. */
  byHand: readonly Next[]
  told: string
}

async function problemsOf(bound: Bound, last: null | PlatformApi): Promise<Problem[]> {
  const {consumer, planned, rotation} = bound
  rotation.requireIncoming()
  const access = {...rotation.access(planned), ...(last ? {api: last} : {})}
  const written = rotation.state.consumers.get(planned.id)
  const isLastRead = last && !(await isAsAnswered(bound))
  // The answer to a write of this process stands for a read of the app.
  const values = await (isLastRead ? lastRead(consumer, written?.release ?? null, access) : consumer.read({...access, api: access.api.sharing(rotation.reads)}))
  const wrong = planned.keys.filter(key => {
    const value = values.get(key)
    return value !== undefined && !(isIncoming(rotation, value) && !isOutgoing(rotation, value))
  })
  if (wrong.length > 0) {
    await rotation.record({id: planned.id, release: null, stamp: null, status: 'changed', type: 'consumer', wrote: false})
    const isOld = wrong.some(key => isOutgoing(rotation, values.get(key)))
    const {fixed = [], places = []} = isOld && consumer.place === null ? await heldBy(consumer, access) : {}
    const where = places.length > 0 ? ` (${places.join('; ')})` : ''
    const byHand = fixed.map(place => todo(`Replace it by hand in ${consumer.label}, ${place}.`))
    return [{byHand, told: `${planned.id} ${isOld ? 'still has the old token' : 'does not have the new token'} in ${wrong.join(', ')}${where}`}]
  }

  if (planned.keys.every(key => values.has(key))) return []

  if (!written || written.status === 'writing') return [{byHand: [], told: `${planned.id} was not updated`}]
  const stamp = await consumer.stamp(access)
  return stamp === null || stamp === written.stamp ? [] : [{byHand: [], told: `somebody else has changed ${planned.id} since (${stamp})`}]
}

async function heldBy(consumer: Consumer, access: Access): Promise<Partial<Holding>> {
  const {knowing} = await consumer.inspect(access)
  return (access.tokens && knowing?.(access.tokens)) ?? {}
}

/** Saves a call where calls are scarce: an app that nobody else has released still holds what the answer to the write showed. */
async function isAsAnswered({consumer, planned, rotation}: Bound): Promise<boolean> {
  const {reads, savesCalls, state} = rotation
  const written = state.consumers.get(planned.id)
  if (!savesCalls || !state.incoming || !written || !consumer.apps.every(app => reads.has(app))) return false
  return consumer.unchanged({at: Date.parse(state.incoming.createdAt), release: written.release}, {...rotation.access(planned), api: rotation.api})
}

/** A read counts only when no new release appeared around it, because a release phase may hide a recent change. */
async function lastRead(consumer: Consumer, release: null | number, access: Access): Promise<Values> {
  let before = release
  let [values, newest] = await Promise.all([consumer.read(access), consumer.catchUp(access)])
  while (newest !== before) {
    before = newest
    values = await consumer.read(access)
    newest = await consumer.catchUp(access)
  }

  return values
}
