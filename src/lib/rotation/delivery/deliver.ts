import type {Evidence, Values} from '../../consumers/adapter.js'
import type {Consumer} from '../../consumers/registry.js'
import type {Bound, Rotation} from '../rotation.js'
import type {Record} from '../state/records.js'
import type {ConsumerState} from '../state/state.js'

import {CLOCKS_DIFFER_MS, Untouched} from '../../consumers/adapter.js'
import {joined} from '../../consumers/registry.js'
import {RotationError} from '../../errors.js'
import {IN_FLIGHT_MS} from '../guards/way-back.js'
import {toRotationError} from '../report/explain.js'
import {isIncoming} from '../state/matches.js'
import {livingThird} from './foreign-change.js'

/** By then no process is still about to send what it wrote down as its intent. */
const LONGEST_WRITE_MS = 3_600_000

/** The second half of giving: until the consumer runs with what was written. */
export type Settle = () => Promise<void>

/** What one rotation writes to a consumer. */
export type Gift = {bound: Bound; rotation: Rotation; values: Values}

/** All of one consumer: an app that holds several tokens is written once. */
export type Gifts = readonly [Gift, ...Gift[]]

type Giving = {
  /** How many consumers are waited for; where it is not said, those of the rotation. */
  crowd?: number
  direction: 'back' | 'forward'
}

/** Writes values to one consumer; what is left is to wait until it runs with them. Intent before, outcome after. */
export async function give(gifts: Gifts, {crowd, direction}: Giving): Promise<Settle> {
  const [{bound: {planned}, rotation}] = gifts
  const {report} = rotation.context
  const {id} = planned
  const isBack = direction === 'back'
  const consumer = consumerOf(gifts)
  const values: Values = new Map(gifts.flatMap(gift => [...gift.values]))
  // Before the intent is in the journal: it tells whether an earlier process left one.
  const resumed = gifts.some(gift => gift.rotation.access(gift.bound.planned).resumed)
  const plain = {...rotation.access(planned), ...(crowd === undefined ? {} : {crowd}), isBack, resumed}
  // What nobody has written yet, and this process has read, does not hold a token that is newer than that.
  const isKnown = !resumed && gifts.every(gift => gift.rotation.survey !== null)
  const access = {...plain, api: isKnown ? plain.api.sharing(rotation.reads) : plain.api.recording(rotation.reads)}
  const before = rotation.state.consumers.get(id)
  const firsts = gifts.filter(gift => !isBack && [undefined, 'restored', 'untouched'].includes(gift.rotation.state.consumers.get(id)?.status))
  report({detail: isBack ? 'giving back' : 'writing', id, state: 'active', type: 'consumer'})
  for (const gift of gifts) gift.rotation.lingering.delete(id)
  return telling(rotation, id, async () => {
    await recordAll(gifts, {id, release: null, stamp: null, status: isBack ? 'restoring' : 'writing', type: 'consumer', wrote: false})
    const evidence = await orUntouched(firsts, id, () => consumer.write(values, access))
    shareReads(gifts, consumer)
    const {release: made, stamp} = evidence
    const wrote = evidence.wrote || (isBack && wasTakenBack(before, evidence))
    if (!isBack) await recordAll(gifts, {id, release: made, stamp, status: 'written', type: 'consumer', wrote})
    return () =>
      telling(rotation, id, async () => {
        const settled = await consumer.settle(evidence, access)
        shareReads(gifts, consumer)
        const release = made ?? settled?.release ?? null
        await recordAll(gifts, {id, release, stamp, status: isBack ? 'restored' : 'settled', type: 'consumer', wrote})
        if (evidence.wrote && settled?.lingering) for (const gift of gifts) gift.rotation.lingering.set(id, settled.lingering)
        report({detail: told({...evidence, release}), id, state: 'done', type: 'consumer'})
      })
  })
}

/** By somebody else, whose release has restarted it at a time that nobody knows: its old processes ran with the incoming token. */
function wasTakenBack(before: ConsumerState | undefined, {madeAt}: Evidence): boolean {
  if (!before) return false
  if (before.status === 'writing') return typeof madeAt === 'number' && madeAt >= before.at - CLOCKS_DIFFER_MS
  return ['settled', 'verified', 'written'].includes(before.status)
}

function consumerOf([{bound}, ...others]: Gifts): Consumer {
  return others.length === 0 ? bound.consumer : joined([bound.planned.address, ...others.map(other => other.bound.planned.address)])
}

/** What the one that wrote has seen, all of them have. */
function shareReads([{rotation}, ...others]: Gifts, {apps}: Consumer): void {
  for (const app of apps) {
    const seen = rotation.reads.get(app)
    for (const other of others) {
      if (seen) other.rotation.reads.set(app, seen)
      else other.rotation.reads.delete(app)
    }
  }
}

/** Each rotation has a journal of its own. */
async function recordAll(gifts: readonly Gift[], record: Record): Promise<void> {
  for (const {rotation} of gifts) await rotation.record(record)
}

/** That nothing was ever done is on record: a rollback then has nothing to give back. */
async function orUntouched<T>(firsts: readonly Gift[], id: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof Untouched) {
      await recordAll(firsts, {id, release: null, stamp: null, status: 'untouched', type: 'consumer', wrote: false})
    }

    throw error
  }
}

async function telling<T>({context: {report, signal}}: Rotation, id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!signal.aborted) report({detail: toRotationError(error).happened, id, state: 'failed', type: 'consumer'})
    throw error
  }
}

/** Null where there was nothing to give back. */
export async function giveBack(rotation: Rotation, bound: Bound): Promise<null | Settle> {
  const {id, keys} = bound.planned
  const state = rotation.state.consumers.get(id)
  // Of what it was given before.
  rotation.lingering.delete(id)
  // No intent in the journal: it was never written.
  if (!state) return null
  if (state.status === 'untouched') {
    // Who was asked to do it may have done it since; nobody else has.
    const isByHand = bound.planned.notRestorable !== null
    if (isByHand) rotation.context.report({text: `${id} was never confirmed, so nothing is given back there; whoever did it all the same has to take it back`, type: 'warning'})
    return null
  }

  const previous = rotation.tokens.previous(id)
  if (previous && keys.every(key => previous.has(key))) {
    await outwait(rotation, bound)
    const third = await livingThird(rotation, bound)
    if (third.size > 0) rotation.context.report({text: `${id} was given another value in ${[...third].join(', ')} by somebody else meanwhile, and keeps it`, type: 'warning'})
    return give([{bound, rotation, values: new Map([...previous].filter(([key]) => !third.has(key)))}], {direction: 'back'})
  }

  if (state.status === 'restored') return settled
  const {person} = rotation.context.outside
  const by = await person.confirms(id, `Give ${keys.join(', ')} of ${id} the outgoing token back by hand; what it held is not known here.`)
  if (by === null) throw unknownBefore(rotation, bound)
  return async () => {
    await outwait(rotation, bound)
    await settleByHand(rotation, bound)
    await rotation.record({id, release: null, stamp: `by ${by}`, status: 'restored', type: 'consumer', wrote: true})
  }
}

/**
 * A write that nobody heard the end of may be carried out yet, after what it wrote over was read back as held
 * and the incoming authorization was revoked.
 */
async function outwait(rotation: Rotation, {consumer, planned}: Bound): Promise<void> {
  const {clock, report, signal} = rotation.context
  const {id, keys} = planned
  const state = rotation.state.consumers.get(id)
  const wait = state?.status === 'writing' ? Math.min(IN_FLIGHT_MS, state.at + LONGEST_WRITE_MS - clock.now()) : 0
  if (wait <= 0) return
  const held = await consumer.read(rotation.access(planned))
  const isDone = keys.every(key => {
    const value = held.get(key)
    return value && isIncoming(rotation, value)
  })
  if (isDone) return
  report({text: `waiting ${Math.ceil(wait / 1000)} s: the write to ${id} was never answered, and may still be carried out`, type: 'note'})
  await clock.sleep(wait, signal)
}

/** What a person has set takes effect like any write; only then the time of the old dynos begins. */
async function settleByHand(rotation: Rotation, {consumer, planned}: Bound): Promise<void> {
  const access = rotation.access(planned)
  await consumer.catchUp(access)
  const held = await consumer.read(access)
  if (planned.keys.every(key => held.has(key))) await consumer.settle(await consumer.write(held, access), access)
}

const settled: Settle = async () => {}

const told = ({release, stamp, wrote}: Evidence) => {
  if (!wrote) return 'held it already'
  if (release !== null) return `v${release} up`
  return stamp === null ? 'written' : `written, ${stamp}`
}

function unknownBefore({id: rotation}: Rotation, {planned: {id, keys}}: Bound): RotationError {
  return new RotationError('ROTATE_PREVIOUS_UNKNOWN', `What ${id} held before is not known, so it cannot be given back.`, {
    exit: 'incomplete',
    next: [
      `Give ${keys.join(', ')} of ${id} the outgoing token by hand.`,
      `heroku authorizations:rotate:rollback --rotation ${rotation} --done ${id}`,
    ],
  })
}
