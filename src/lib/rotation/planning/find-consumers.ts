import type {Placed} from '../../consumers/registry.js'
import type {Context} from '../../context.js'
import type {Account, Authorization} from '../../heroku/schemas.js'
import type {Scan} from '../../inventory/scan.js'
import type {Secret} from '../../secrecy/secret.js'
import type {Plan} from './plan.js'
import type {FirstLook} from './shared-reads.js'

import {addressSchema, consumer} from '../../consumers/registry.js'
import {refused} from '../../errors.js'
import {inspectConsumers, type SurveyedConsumer} from '../../inventory/inspect.js'
import {type AskWhich, checkGiven, type Found, outgoingAmong} from '../../inventory/outgoing-token.js'
import {allowing, coveredBy, FoundStragglers, stragglersIn} from '../guards/stragglers.js'

const WAVE = 1

/** What is to be done about places that hold the token and that nobody named. */
export type Looking = {
  /** Places that may keep the outgoing token. */
  allowed: readonly string[]
  ask: AskWhich
  /** The outgoing token, where it came in on stdin. */
  given: null | Secret
  /** `find`: they are the consumers; `refuse`: they stop the rotation; `skip`: nobody looks. */
  mode: 'find' | 'refuse' | 'skip'
}

export type Around = {consumers: readonly SurveyedConsumer[]; discovery: NonNullable<Plan['discovery']>; outgoingToken: null | Secret}

type World = {
  account: Account
  authorizations: readonly Authorization[]
  concurrency: number
  consumers: readonly Placed[]
  looking: Looking
  outgoing: Authorization
}

/**
 * Reads the consumers that were named, and everything else that the account can reach: who holds the
 * token is a consumer where none was named, and a straggler otherwise. Each place is read once.
 */
export async function lookAround(context: Context, world: World, look: FirstLook): Promise<Around> {
  const {authorizations, concurrency, consumers, looking, outgoing} = world
  const {allowed, ask, mode} = looking
  const given = checkGiven(looking.given, outgoing)
  const sharing = {...context, api: context.api.sharing(look.reads)}
  const covered = coveredBy(consumers)
  const [named, scanned] = await Promise.all([
    inspectConsumers(sharing, consumers, concurrency),
    mode === 'skip'
      ? null
      : look.scan({concurrency, hints: authorizations.map(({token}) => token), known: given ? [given] : [], named: new Set(covered.keys())}),
  ])
  const outgoingToken = await outgoingAmong(context, {seen: seenIn(scanned), trusted: heldBy(named)}, {...world, ask, given})
  const isOutgoing = (token: Secret) => token.equals(outgoingToken)
  if (!scanned) return {consumers: named, discovery: {allowed: [], apps: 0, pipelines: 0, status: 'skipped', unreadable: []}, outgoingToken}

  const found = stragglersIn(scanned.sightings, isOutgoing, covered, allowed)
  const writable = mode === 'find' ? found.filter(({isWritable}) => isWritable) : []
  if (mode === 'find' && writable.length === 0) throw nobodyHolds(outgoing, scanned)
  const left = found.filter(one => !writable.includes(one))
  if (left.length > 0) {
    throw new FoundStragglers(left, {exit: 'failed', next: [`Run the command again with ${allowing(left)}, where they may keep the outgoing token.`], now: 'Nothing was changed.'})
  }

  const placed = writable.map(({app, keys}): Placed => ({address: addressSchema.parse({app, keys, kind: 'heroku-config'}), role: 'consumer', wave: WAVE}))
  const {apps, pipelines, unread} = scanned
  return {
    consumers: mode === 'find' ? await inspectConsumers(sharing, placed, concurrency) : named,
    discovery: {
      allowed: [...allowed],
      apps,
      pipelines,
      status: 'scanned',
      unreadable: unread.flatMap(({keys, name, why}) => {
        const hidden = keys.filter(key => !covered.get(name)?.has(key))
        return keys.length > 0 && hidden.length === 0 ? [] : [{keys: hidden, name, why}]
      }),
    },
    outgoingToken,
  }
}

function seenIn(scanned: null | Scan): Found[] {
  return (scanned?.sightings ?? []).map(({key, place, token}) => ({at: `${place.name}:${key}`, token}))
}

function heldBy(consumers: readonly SurveyedConsumer[]): Found[] {
  return consumers.flatMap(({address, holding}) =>
    [...holding.values].flatMap(([key, token]) => (token ? [{at: `${consumer(address).id}:${key}`, token}] : [])))
}

function nobodyHolds({description}: Authorization, {apps, unread}: Scan) {
  const hidden = unread.length === 0 ? '' : ` ${unread.length} could not be read: ${unread.map(({name}) => name).join(', ')}.`
  return refused('ROTATE_NO_CONSUMERS', `None of the ${apps} apps that this account can reach holds the token of ${description}.${hidden}`, [
    'heroku authorizations:rotate:discover --description example-token',
    'For a token that only people and machines outside use: --no-consumers',
  ])
}
