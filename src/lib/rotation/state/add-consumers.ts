import type {Values} from '../../consumers/adapter.js'
import type {Context} from '../../context.js'
import type {Journal} from '../../journal/journal.js'
import type {Record} from './records.js'
import type {Tokens} from './tokens.js'
import {consumer, type Placed, withKeys} from '../../consumers/registry.js'
import {refused, toResume} from '../../errors.js'
import {inspectConsumers, type InspectedConsumer, inspectKnowing} from '../../inventory/inspect.js'
import {fromStoreOn, reopen} from '../engine/reopen.js'
import {heldBefore} from '../phases/preflight.js'
import {type Plan, type PlannedConsumer, withConsumers} from '../planning/plan.js'
import {appsOf, plannedConsumer} from '../planning/planned-consumer.js'
import {fold, isFinished, isOut} from './state.js'

type Parts = {journal: Journal<Record>; plan: Plan; tokens: Tokens}

export async function addConsumers(context: Context, added: readonly Placed[], {journal, plan, tokens}: Parts): Promise<Plan> {
  const state = fold(journal.records)
  const resume = toResume(plan.rotation)
  if (state.direction === 'back' || state.pivotingAt !== null) throw refused('ROTATE_TOO_LATE', 'It is too late to add anything to this rotation.', resume, 'failed')
  if (!tokens.complete) throw refused('ROTATE_SESSION_CHANGED', 'You have logged in again since this rotation was started: the tokens have to be read back first.', resume)

  const inspected = await inspectConsumers(context, added.map(one => withKeysOf(plan, one)), plan.concurrency)
  const surveyed = await inspectKnowing({incoming: tokens.incoming?.token ?? null, outgoing: tokens.outgoing}, inspected)
  const consumers = surveyed.map(one => plannedConsumer(one, {outgoingToken: tokens.outgoing}))
  const apps = appsOf(surveyed)
  const amended = withConsumers(plan, consumers, apps)
  // Sealed before the record: without the old values nothing could be given back.
  if (isFinished(state, 'preflight')) await tokens.keep({previous: previousOf(amended, surveyed, tokens)})
  await journal.append({apps, consumers, type: 'added'})
  // A consumer that was left as it was is written all the same now.
  for (const {id} of consumers) if (isOut(state.consumers.get(id))) await journal.append({id, release: null, stamp: null, status: 'untouched', type: 'consumer', wrote: false})
  await reopen({record: record => journal.append(record), state}, fromStoreOn, {code: 'ROTATE_ADDED', message: `${consumers.map(({id}) => id).join(', ')} added`})
  return amended
}

/** An app that is on the plan already keeps its wave and its other keys. */
function withKeysOf(plan: Plan, placed: Placed): Placed {
  const {id, keys} = consumer(placed.address)
  const planned = plan.consumers.find(one => one.id === id)
  return planned ? {address: withKeys(planned.address, keys), role: planned.role, wave: planned.wave} : placed
}

function previousOf({consumers}: Plan, surveyed: readonly InspectedConsumer[], tokens: Tokens): Map<string, Values> {
  return new Map(
    consumers.flatMap(({id, keys}: PlannedConsumer): [string, Values][] => {
      const inspected = surveyed.find(one => one.consumer.id === id)
      const before = tokens.previous(id)
      const now = inspected ? heldBefore(keys, inspected.holding.values, tokens.outgoing) : new Map()
      return before || inspected ? [[id, new Map([...now, ...(before ?? [])])]] : []
    }),
  )
}
