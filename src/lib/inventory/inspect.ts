import pLimit from 'p-limit'
import type {Access, Holding, Tokens, Values} from '../consumers/adapter.js'
import type {Context} from '../context.js'
import {DEFAULT_KEY} from '../consumers/by-value/config-vars.js'
import {addressSchema, type Consumer, consumer, type Placed} from '../consumers/registry.js'
import {heroku, instead, type Next, reasonOf, refused, RotationError} from '../errors.js'
import {isPlatformError} from '../heroku/platform-error.js'
import {atMost} from '../system/at-most.js'
import {nearest} from '../text/nearest.js'
import {type PlaceKey, type Sought, tokenKeys} from './place.js'

export type InspectedConsumer = Placed & {consumer: Consumer; holding: Holding}

/** `token` says what a key holds instead of a possible token. */
export type ReadKey = PlaceKey | {isWhole: true; key: string; token: 'nothing' | 'other' | 'unreadable'}

/** `why` says why the consumer could not be read, and `steps` what to do; null and nothing where it was. */
export type ReadConsumer = {app: null | string; id: string; keys: readonly ReadKey[]; kind: string; steps?: readonly Next[]; why: null | string}

export async function inspectConsumers(context: Context, placed: readonly Placed[], concurrency: number, seen: (one: InspectedConsumer) => void = () => {}): Promise<InspectedConsumer[]> {
  const limit = pLimit(concurrency)
  const access = readingAll(context, placed)
  const orMeant = sayingWhatWasMeant(context)
  return allOrRefused(placed, ({address, role, unasked, wave}) => limit(async () => {
    const bound = consumer(address)
    const holding = unasked === undefined ? await orMeant(bound, () => bound.inspect(access)) : {dynos: null, remarks: [unasked], values: new Map()}
    const one = {address, consumer: bound, holding, role, wave}
    seen(one)
    return one
  }))
}

/** Completes what the inspection found: only the tokens tell what some consumers hold, and which of their keys are written. */
export function inspectKnowing(tokens: Tokens, inspected: readonly InspectedConsumer[]): Promise<InspectedConsumer[]> {
  return allOrRefused(inspected, async one => {
    const {warnings = [], ...known} = one.holding.knowing?.(tokens) ?? {}
    const holding = {...one.holding, ...known, warnings: [...(one.holding.warnings ?? []), ...warnings]}
    if (!holding.keys) return {...one, holding}
    const address = addressSchema.parse({...one.address, keys: holding.keys})
    return {...one, address, consumer: consumer(address), holding}
  })
}

async function allOrRefused<T extends Placed>(placed: readonly T[], inspect: (one: T) => Promise<InspectedConsumer>): Promise<InspectedConsumer[]> {
  const inspected = await Promise.allSettled(placed.map(one => inspect(one)))
  const problems = inspected.flatMap((result, index) => {
    const at = placed[index]
    if (result.status === 'fulfilled' || !at) return []
    const reason: unknown = result.reason
    const [{apps, id, label}, problem] = [consumer(at.address), problemWith(reason)]
    const names = [id, label, ...(at.address.kind === 'file' ? [at.address.path] : [])]
    const isNamed = names.some(name => problem.startsWith(name)) || apps.some(app => problem.includes(` of ${app} `))
    const text = isNamed ? problem : `${id}: ${problem}`
    if (reason instanceof RotationError) return [{code: reason.code, steps: reason.steps, text}]
    return [{code: 'ROTATE_CONSUMER' as const, steps: whereToLook, text}]
  })
  const [first, ...others] = problems
  if (first) {
    const code = others.every(other => other.code === first.code) ? first.code : 'ROTATE_CONSUMER'
    const summary = others.length === 0 ? sentence(first.text) : `${problems.length} places cannot be updated:\n  ${problems.map(({text}) => text).join('\n  ')}`
    throw refused(code, summary, problems.flatMap(({steps}) => steps), 'failed')
  }

  return inspected.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}

export async function readConsumers(context: Context, placed: readonly Placed[], {concurrency, ...sought}: Sought & {concurrency: number}): Promise<ReadConsumer[]> {
  const access = readingAll(context, placed)
  const orMeant = sayingWhatWasMeant(context)
  return atMost(concurrency, placed, async ({address, unasked}): Promise<ReadConsumer> => {
    const bound = consumer(address)
    const {apps: [app = null], id, keys, kind} = bound
    if (unasked !== undefined) return {app, id, keys: keys.map(key => ({isWhole: true, key, token: 'unreadable'})), kind, why: unasked}
    try {
      const values = await orMeant(bound, () => bound.read(access))
      // An app that is named without keys is searched whole.
      const found = keys.length === 0 ? tokenKeys(values, sought) : keys.map(key => readKey(key, values, sought))
      return {app, id, keys: found.length > 0 ? found : [readKey(DEFAULT_KEY, values, sought)], kind, why: null}
    } catch (error) {
      const steps = error instanceof RotationError ? error.steps : whereToLook
      return {app, id, keys: (keys.length > 0 ? keys : [DEFAULT_KEY]).map(key => ({isWhole: true, key, token: 'unreadable'})), kind, steps, why: problemWith(error)}
    }
  })
}

export function readingAll({api, clock, outside, signal}: Context, placed: readonly Placed[]): Access {
  return {...outside, api, clock, parallelism: placed.length, progress() {}, resumed: false, signal, timeoutMs: 0}
}

function readKey(key: string, values: Values, sought: Sought): ReadKey {
  const value = values.get(key)
  const [match] = tokenKeys(new Map([[key, value ?? null]]), sought)
  return match ?? {isWhole: true, key, token: value === undefined ? 'unreadable' : value === null || value.isEmpty ? 'nothing' : 'other'}
}

const sentence = (text: string) => (text.endsWith('?') ? text : `${text}.`)

/** Names the app that was probably meant instead of one that is not there. The apps are listed once, and only then. */
function sayingWhatWasMeant({api}: Context) {
  let listed: Promise<string[]> | undefined
  return async <T>({apps: [app]}: Consumer, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (app === undefined || !isPlatformError(error, 404)) throw error
      listed ??= api.apps().then(all => all.map(({name}) => name), () => [])
      const meant = nearest(app, (await listed).filter(name => name !== app))
      if (meant === null) throw error
      throw refused('ROTATE_CONSUMER', `${problemWith(error)}. Did you mean ${meant}?`, [instead(app, meant), ...whereToLook])
    }
  }
}

const whereToLook = [heroku('apps', '--all'), heroku('auth:whoami')]

/** Throws errors that are not about the consumer. */
function problemWith(reason: unknown): string {
  if (reason instanceof RotationError && reason.code === 'ROTATE_TWO_FACTOR') throw refused(reason.code, reason.happened, reason.steps)
  if (isPlatformError(reason, 404)) return 'there is no such app, or you have no access to it'
  if (isPlatformError(reason, 403)) return reason.id === 'two_factor' ? 'Heroku did not accept the two-factor code' : 'you may not read its config vars'
  return reasonOf(reason)
}
