import pLimit from 'p-limit'

import type {Access, Values} from '../../consumers/adapter.js'
import type {Consumer} from '../../consumers/registry.js'
import type {PlatformApi} from '../../heroku/platform-api.js'
import type {Bound, Rotation} from '../rotation.js'

import {RotationError} from '../../errors.js'
import {fromStoreOn, reopen} from '../engine/reopen.js'

/**
 * What the pivot depends on, read from the world and not from the journal: each of them holds the
 * incoming token; one that cannot be read was written, and by nobody since. The last look, which
 * is made with an API of its own that keeps what it read, also waits for what is not visible yet.
 */
export async function everyoneHolds(rotation: Rotation, bound: readonly Bound[], last: null | PlatformApi = null): Promise<void> {
  const limit = pLimit(rotation.plan.concurrency)
  const found = await Promise.all(bound.map(one => limit(() => problemsOf(rotation, one, last))))
  const problems = found.flat()
  if (problems.length === 0) return
  const code = 'ROTATE_NOT_HELD'
  const message = `${problems.join('; ')}.`
  // So that resume writes it again.
  await reopen(rotation, fromStoreOn, {code, message})
  throw new RotationError(code, message, {exit: 'incomplete', next: `heroku authorizations:rotate:resume --rotation ${rotation.id}`})
}

async function problemsOf(rotation: Rotation, {consumer, planned}: Bound, last: null | PlatformApi): Promise<string[]> {
  const {token} = rotation.requireIncoming()
  const access = {...rotation.access(planned), ...(last ? {api: last} : {})}
  const written = rotation.state.consumers.get(planned.id)
  const held = last && !(await isAsAnswered(rotation, {consumer, planned})) ? await lastRead(consumer, written?.release ?? null, access) : await consumer.read(answered(rotation, access))
  const wrong = planned.keys.filter(key => held.has(key) && !token.equals(held.get(key)))
  if (wrong.length > 0) return [`${planned.id} does not hold the incoming token in ${wrong.join(', ')}`]
  if (planned.keys.every(key => held.has(key))) return []

  if (!written || written.status === 'writing') return [`${planned.id} was not written`]
  const stamp = await consumer.stamp(access)
  return stamp === null || stamp === written.stamp ? [] : [`${planned.id} was written by somebody else since (${stamp})`]
}

/** Where this process has written it, what the answer to that showed stands for a read. */
const answered = ({reads}: Rotation, access: Access): Access => ({...access, api: access.api.sharing(reads)})

/**
 * Where calls are scarce: nobody has released the app since the incoming token exists but this rotation, so that what the
 * answer to its write showed is what it holds. One call instead of two.
 */
async function isAsAnswered(rotation: Rotation, {consumer, planned}: Bound): Promise<boolean> {
  const {isThrifty, reads, state} = rotation
  const written = state.consumers.get(planned.id)
  if (!isThrifty || !state.incoming || !written || !consumer.apps.every(app => reads.has(app))) return false
  return consumer.unchanged({at: Date.parse(state.incoming.createdAt), release: written.release}, {...rotation.access(planned), api: rotation.api})
}

/**
 * What somebody else has set a moment ago may be hidden by a release phase: a read counts when the newest release is
 * the one that was known before it, and has ended.
 */
async function lastRead(consumer: Consumer, release: null | number, access: Access): Promise<Values> {
  let known = release
  let [held, newest] = await Promise.all([consumer.read(access), consumer.catchUp(access)])
  while (newest !== known) {
    known = newest
    held = await consumer.read(access)
    newest = await consumer.catchUp(access)
  }

  return held
}
