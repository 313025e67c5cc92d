import type {Action, AppPlan, Operator, Scenario} from './scenario.js'

import {play, type Played} from './play.js'

const PLAYS = 400

/** The smallest scenario found that still breaks the same law. */
export async function shrink(scenario: Scenario, law: string): Promise<Scenario> {
  let smallest = scenario
  let plays = 0
  for (let improved = true; improved;) {
    improved = false
    for (const candidate of smaller(smallest)) {
      if (++plays > PLAYS) return smallest
      if (!breaks(await play(candidate), law)) continue
      smallest = candidate
      improved = true
      break
    }
  }

  return smallest
}

function breaks({problems}: Played, law: string): boolean {
  return problems.some(problem => lawOf(problem) === law)
}

/** The kind of a problem, without names and numbers. */
export const lawOf = (problem: string) => problem.replaceAll(/\d+|[A-Z]+_KEY/g, '').split(/[:,(]/).slice(0, 2).join(',')

function * smaller(scenario: Scenario): Generator<Scenario> {
  const {apps, operators} = scenario
  if (operators.length > 1) for (const list of without(operators)) yield {...scenario, operators: list}
  for (const list of each(operators, operator => smallerOperators(operator))) yield {...scenario, operators: list}
  if (apps.length > 1) {
    for (const list of without(apps)) {
      const names = new Set(list.map(({name}) => name))
      yield {...scenario, apps: list, operators: operators.map(operator => ({
        ...operator,
        actions: operator.actions.map(action => ({...action, hands: action.hands.filter(({app}) => names.has(app)), fates: action.fates.filter(({app}) => names.has(app))})),
      }))}
    }
  }

  for (const list of each(apps, app => smallerApps(app))) yield {...scenario, apps: list}
  for (const name of Object.keys(scenario.switches)) {
    yield {...scenario, switches: Object.fromEntries(Object.entries(scenario.switches).filter(([key]) => key !== name))}
  }

  if (scenario.sharedPrefix) yield {...scenario, sharedPrefix: false}
  if (scenario.latencyMs > 0) yield {...scenario, latencyMs: 0}
  const plain = {concurrency: 10, drain: null, drainTimeout: 600, expiresIn: null, ignoreOneOff: false, inPlace: false, looksAround: false, scope: null}
  if (JSON.stringify(plain) !== JSON.stringify(scenario.options)) yield {...scenario, options: plain}
}

function * smallerOperators(operator: Operator): Generator<Operator> {
  const {actions} = operator
  if (actions.length > 1) for (const list of without(actions)) yield {...operator, actions: list}
  for (const list of each(actions, action => smallerActions(action))) yield {...operator, actions: list}
}

function * smallerActions(action: Action): Generator<Action> {
  for (const faults of without(action.faults)) yield {...action, faults}
  for (const fates of without(action.fates)) yield {...action, fates}
  for (const hands of without(action.hands)) yield {...action, hands}
  if (action.death) yield {...action, death: null}
  if (action.full) yield {...action, full: null}
  if (action.interruptAt !== null) yield {...action, interruptAt: null}
  if (action.session !== 'login') yield {...action, session: 'login'}
  if (action.waitMs > 0) yield {...action, waitMs: 0}
  for (const [index, {times}] of action.faults.entries()) {
    if (times > 1) yield {...action, faults: action.faults.map((fault, at) => (at === index ? {...fault, times: 1} : fault))}
  }
}

function * smallerApps(app: AppPlan): Generator<AppPlan> {
  if (app.breaks !== 'never') yield {...app, breaks: 'never'}
  if (app.crashed) yield {...app, crashed: false}
  if (app.oneOffs.length > 0) yield {...app, oneOffs: []}
  if (app.preboot) yield {...app, preboot: false}
  if (app.releasePhaseMs !== null && app.breaks !== 'release-phase') yield {...app, releasePhaseMs: null}
  if (app.dynos > 1) yield {...app, dynos: 1}
  if (app.wave !== 1) yield {...app, wave: 1}
  const keys = Object.entries(app.holds)
  for (const [key, held] of keys) {
    if (held !== 'outgoing') yield {...app, holds: {...app.holds, [key]: 'outgoing'}}
  }

  if (keys.length > 1) yield {...app, holds: Object.fromEntries(keys.slice(0, 1))}
}

function * without<T>(list: readonly T[]): Generator<T[]> {
  for (const index of list.keys()) yield list.filter((_, at) => at !== index)
}

function * each<T>(list: readonly T[], smallerOnes: (one: T) => Iterable<T>): Generator<T[]> {
  for (const [index, one] of list.entries()) {
    for (const made of smallerOnes(one)) yield list.map((other, at) => (at === index ? made : other))
  }
}
