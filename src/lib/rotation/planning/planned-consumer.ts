import type {InspectedConsumer} from '../../inventory/inspect.js'
import type {Plan, PlannedConsumer} from './plan.js'
import type {Survey} from './survey.js'
import {holdsToken} from '../../secrecy/occurrences.js'

/** In place, all consumers fail from the regenerate on, so none waits for another and none can have its dead token back. */
export function atOnce(planned: PlannedConsumer): PlannedConsumer {
  return {...planned, notRestorable: 'no way back', wave: planned.role === 'store' ? planned.wave : 0}
}

/** An app that is on the plan twice, with other keys, is one app. */
export function appsOf(inspected: readonly InspectedConsumer[]): NonNullable<Plan['apps']> {
  return Object.fromEntries(inspected.flatMap(({consumer, holding: {appId, unwell = []}}) => consumer.apps.map(app => [app, {id: appId ?? null, unwell: [...unwell]}])))
}

export function plannedConsumer({address, consumer, holding, role, wave}: InspectedConsumer, {outgoingToken}: Pick<Survey, 'outgoingToken'>): PlannedConsumer {
  const holds = consumer.keys.map((key): [string, PlannedConsumer['holds'][string]] => {
    const value = holding.values.get(key)
    if (value === undefined) return [key, 'unknown']
    if (value === null) return [key, 'nothing']
    return [key, outgoingToken && holdsToken(value, outgoingToken) ? 'outgoing' : 'other']
  })
  const isUnknown = holds.some(([, held]) => held === 'unknown')
  return {
    address,
    dynos: holding.dynos,
    holds: Object.fromEntries(holds),
    id: consumer.id,
    keys: [...consumer.keys],
    kind: consumer.kind,
    notRestorable: holding.byPerson || (isUnknown && outgoingToken === null) ? 'by hand' : null,
    role,
    wave,
  }
}
