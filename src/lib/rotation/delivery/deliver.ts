import type {Bound, Rotation} from '../rotation.js'
import type {Record} from '../state/records.js'
import type {ConsumerState} from '../state/state.js'
import {type Access, CLOCKS_DIFFER_MS, type Evidence, type Values} from '../../consumers/adapter.js'
import {consumer, withKeys} from '../../consumers/registry.js'
import {toRotationError} from '../report/explain.js'
import {fitted} from '../state/matches.js'
import {letGo} from './reach.js'

/** The second half of a delivery: waits until the consumer runs with the new values. */
export type Settle = () => Promise<void>

export type Delivery = Bound & {values: Values}

/** All deliveries to one consumer: an app that holds several tokens is written once. */
type Deliveries = readonly [Delivery, ...Delivery[]]

type Options = {
  /** Number of consumers that are waited for at the same time; by default those of the rotation's wave. */
  parallelism?: number
  direction: 'back' | 'forward'
  isSet?: () => void
}

export async function deliver(deliveries: Deliveries, {parallelism, direction, isSet}: Options): Promise<Settle> {
  const [{planned, rotation}, ...others] = deliveries
  const {report} = rotation.context
  const {id} = planned
  const isBack = direction === 'back'
  const written = consumer(withKeys(planned.address, others.flatMap(other => other.planned.keys)))
  const values: Values = new Map(deliveries.flatMap(delivery => [...delivery.values]))
  // Asked before the intent is in the journal, because the journal tells whether an earlier process left an intent.
  const resumed = deliveries.some(delivery => delivery.rotation.access(delivery.planned).resumed)
  const fit: Access['fit'] = (key, held, value) => {
    const owner = deliveries.find(delivery => delivery.values.has(key))
    return owner ? fitted(owner.rotation, {held, isBack, value}) : value
  }

  const plain = {...rotation.access(planned), ...(parallelism === undefined ? {} : {parallelism}), ...(isSet ? {isSet} : {}), fit, isBack, resumed}
  // This process read the app while planning and nobody has written it since, so the read need not be repeated.
  const isKnown = !resumed && deliveries.every(delivery => delivery.rotation.survey !== null)
  const access = {...plain, api: isKnown ? plain.api.sharing(rotation.reads) : plain.api.recording(rotation.reads)}
  const before = rotation.state.consumers.get(id)
  // An intent of an earlier process may still be carried out, and stays.
  const ended = deliveries.map(delivery => ({delivery, status: statusBefore(delivery.rotation.state.consumers.get(id)?.status)})).filter(({status}) => status !== 'writing' && !isBack)
  report({detail: isBack ? 'restoring' : resumed ? 'looking' : 'writing', id, state: 'active', type: 'consumer'})
  for (const delivery of deliveries) delivery.rotation.stillRunning.delete(id)
  return telling(rotation, {id}, async () => {
    await recordAll(deliveries, {id, release: null, stamp: null, status: isBack ? 'restoring' : 'writing', type: 'consumer', wrote: false})
    const evidence = await orUntouched(ended, id, leftAsIs => written.write(values, {...access, leftAsIs}))
    if (evidence.isGone) {
      await letGo(deliveries, 'gone')
      return async () => {}
    }

    const {release: made, stamp} = evidence
    const wrote = evidence.wrote || (isBack && wasTakenBack(before, evidence))
    if (!isBack) await recordAll(deliveries, {id, release: made, stamp, status: 'written', type: 'consumer', wrote})
    return () =>
      telling(rotation, {id}, async () => {
        const settled = await written.settle(evidence, access)
        const release = made ?? settled?.release ?? null
        const unwell = settled?.unwell ?? null
        await recordAll(deliveries, {id, release, stamp, status: isBack ? 'restored' : 'settled', type: 'consumer', ...(unwell === null ? {} : {unwell}), wrote})
        if (unwell !== null) report({text: `not all dynos of ${id} are up: ${unwell}`, type: 'warning'})
        if (evidence.wrote && settled?.stillRunning) for (const delivery of deliveries) delivery.rotation.stillRunning.set(id, settled.stillRunning)
        report({detail: outcomeText({...evidence, release}, unwell), id, state: 'done', type: 'consumer'})
      })
  })
}

/** Somebody else has given the app its old value back. When its dynos restarted is unknown, so drain waits as if it were now. */
function wasTakenBack(before: ConsumerState | undefined, {madeAt}: Evidence): boolean {
  if (!before) return false
  if (before.status === 'writing') return typeof madeAt === 'number' && madeAt >= before.at - CLOCKS_DIFFER_MS
  return ['settled', 'verified', 'written'].includes(before.status)
}

async function recordAll(deliveries: readonly Delivery[], record: Record): Promise<void> {
  for (const {rotation} of deliveries) await rotation.record(record)
}

/** Takes back the intent of a write that was not carried out: a rollback waits for none, and has nothing to restore where it was the first. */
async function orUntouched<T>(ended: readonly {delivery: Delivery; status: ReturnType<typeof statusBefore>}[], id: string, write: (leftAsIs: () => void) => Promise<T>): Promise<T> {
  let isUntouched = false
  try {
    return await write(() => {
      isUntouched = true
    })
  } catch (error) {
    if (isUntouched) {
      for (const {delivery, status} of ended) await delivery.rotation.record({id, release: null, stamp: null, status, type: 'consumer', wrote: false})
    }

    throw error
  }
}

function statusBefore(status: ConsumerState['status'] | undefined): 'changed' | 'untouched' | 'writing' | 'written' {
  if (status === undefined || status === 'restored' || status === 'untouched') return 'untouched'
  return status === 'changed' || status === 'writing' ? status : 'written'
}

/** Reports the failure of a consumer or a probe. */
export async function telling<T>({context: {report, signal}}: Rotation, which: {id: string; isProbe?: true}, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!signal.aborted) report({detail: toRotationError(error).happened, ...which, state: 'failed', type: 'consumer'})
    throw error
  }
}

const outcomeText = ({release, stamp, wrote}: Evidence, unwell: null | string) => {
  if (!wrote) return 'has it already'
  if (release !== null) return `v${release} ${unwell === null ? 'up' : `(${unwell})`}`
  return stamp === null ? 'written' : `written, ${stamp}`
}
