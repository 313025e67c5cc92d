import type {Plan, PlannedConsumer} from '../rotation/planning/plan.js'
import {consumer} from '../consumers/registry.js'
import {waitFor} from '../heroku/budget.js'
import {durationOf} from '../rotation/planning/estimate.js'
import {appsAndPlaces, count, countMany, listed} from '../text/count.js'
import {minutes, roughly} from '../text/duration.js'
import {nameOf, type Names} from './names.js'

/** So many are named, where all of them could be hundreds. */
const NAMED = 3
const STOPS = 'Stops before the revoke, as you asked. Until you revoke the old token'

export const isApp = ({address}: PlannedConsumer) => consumer(address).apps.length > 0
/** An app whose dynos were not counted has some, as far as anybody knows. */
const restarts = (one: PlannedConsumer) => isApp(one) && one.dynos !== 0

/** Says in two or three sentences what somebody has to know who looks at the plan for five seconds. */
export function verdict(plan: Plan, names: Names, stops = false): string[] {
  const {consumers, inPlace} = plan
  const sentences = [whatRestarts(plan, names), ...(inPlace ? ['There is no way back.'] : [`The old and the new token both work${stops ? '' : ' until the end'}.`])]
  const byHand = consumers.filter(({notRestorable}) => notRestorable !== null).map(({id}) => nameOf(id, names))
  const exceptions = byHand.length > 0 ? ` (${listed(byHand, NAMED)} only by hand)` : ''
  return [
    sentences.join(' '),
    ...(inPlace
      ? [howLong(plan, false)]
      : [`${howLong(plan, stops)} ${stops ? STOPS : 'Until the old token is revoked at the end'}, you can roll all of it back${exceptions}.`]),
    ...budget(plan.calls),
  ]
}

/** In place, everything that has the token fails at once. */
export function outage({consumers}: Plan): string {
  const apps = consumers.filter(one => isApp(one)).length
  const where = appsAndPlaces(apps, consumers.length - apps) || 'everything that uses this token'
  const verb = consumers.length > 1 ? 'fail' : 'fails'
  if (apps === 0) return `When you confirm, ${where} ${verb} until the new token is there.`
  return `When you confirm, ${where} ${verb} until ${consumers.length === 1 ? 'it has' : 'they have'} restarted (about 30 s).`
}

function whatRestarts({consumers}: Plan, names: Names): string {
  const apps = consumers.filter(one => restarts(one))
  const dynos = apps.reduce((sum, one) => sum + (one.dynos ?? 0), 0)
  const canary = consumers.filter(one => isCanary(one, consumers)).map(({id}) => nameOf(id, names))
  const first = canary.length > 0 ? `, ${listed(canary, NAMED)} first as the canary` : ''
  if (apps.length === 0) return `No app restarts${first}.`
  const isCounted = apps.every(one => one.dynos !== null)
  return `${countMany(apps.length, 'app')} ${apps.length === 1 ? 'restarts' : 'restart'}${isCounted ? ` (${count(dynos, 'dyno')})` : ''}${first}.`
}

export const isCanary = ({role, wave}: PlannedConsumer, all: readonly PlannedConsumer[]): boolean =>
  role === 'consumer' && wave === 0 && all.some(other => other.role === 'consumer' && other.wave > 0)

function howLong(plan: Plan, stops: boolean): string {
  const {waiting, whole} = durationOf(plan)
  if (stops) return `Takes about ${roughly(whole - waiting)}.`
  const preboot = plan.drain === null && waiting === 30 ? ' (210 s where an app has preboot)' : ''
  const skipped = plan.drain === 0 && !plan.inPlace && plan.consumers.some(one => restarts(one)) ? ', without waiting for old dynos' : ''
  return `Takes about ${roughly(whole)}${waiting === 0 ? skipped : `, ${waiting} s of it waiting for old dynos${preboot}`}.`
}

/** Nobody counts calls, unless they are too few. */
export function budget(calls: Plan['calls']): string[] {
  if (!calls || calls.left === null) return []
  const wait = waitFor(calls.planned, calls.left)
  if (wait === 0) return []
  const left = `${calls.left.toLocaleString('en')} are left${calls.left < calls.planned ? '' : ', and others need some of them'}`
  return [`Needs about ${calls.planned.toLocaleString('en')} API calls; ${left}. Waits about ${minutes(wait)} for more.`]
}
