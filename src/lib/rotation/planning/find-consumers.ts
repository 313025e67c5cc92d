import type {Context} from '../../context.js'
import type {Authorization} from '../../heroku/schemas.js'
import type {Scanned} from '../../inventory/scan.js'
import type {Secret} from '../../secrecy/secret.js'
import type {Request} from './make-plan.js'
import type {SharedReads} from './shared-reads.js'
import type {Survey} from './survey.js'
import {addressAt, consumer, placed} from '../../consumers/registry.js'
import {flag, heroku, refused, todo} from '../../errors.js'
import {instead} from '../../heroku/platform-error.js'
import {matchesRedacted} from '../../heroku/redaction.js'
import {isAlive} from '../../heroku/token-status.js'
import {inspectConsumers, type InspectedConsumer, inspectKnowing, readingAll} from '../../inventory/inspect.js'
import {type AskWhich, checkGiven, findOutgoing} from '../../inventory/outgoing-token.js'
import {located, type Located} from '../../inventory/place.js'
import {FORBIDDEN, idsOf, NEEDS_CODE} from '../../inventory/scan.js'
import {readStores, storePlaces} from '../../inventory/stores.js'
import {atMost} from '../../system/at-most.js'
import {listed} from '../../text/count.js'
import {typed} from '../../text/shell-quote.js'
import {allowing, coveredBy, FoundStragglers, misnamed, refuseUnread, stragglersIn, unreadIn} from '../guards/stragglers.js'
import {refuseReadOnly} from '../guards/write-right.js'

/** So many are named where one has to log in to read them. */
const NAMED = 3

export type Looking = {
  allowed: readonly string[]
  /** Names of places that may stay unread. */
  allowedUnread: readonly string[]
  ask: AskWhich
  given: null | Secret
  /** `find` makes the places consumers, `refuse` stops the rotation, `skip` does not look for any. */
  mode: 'find' | 'refuse' | 'skip'
}

type World = Pick<Request, 'concurrency' | 'consumers' | 'looking'> & Pick<Survey, 'account' | 'authorizations' | 'outgoing'>

type Consumers = Pick<Survey, 'consumers' | 'discovery' | 'outgoingToken'> & {outgoingAlive: Promise<Survey['outgoingAlive']>}

/** A place that holds the outgoing token is a consumer where none was named, and a straggler otherwise. */
export async function findConsumers(context: Context, world: World, reads: SharedReads): Promise<Consumers> {
  const {account, authorizations, concurrency, consumers: named, looking, outgoing} = world
  const {allowed, allowedUnread, ask, mode} = looking
  const given = checkGiven(looking.given, outgoing)
  const sharing = {...context, api: context.api.sharing(reads.reads)}
  // The session itself has just been served. Almost always all hold the same token: the first that fits is asked about while the rest is read.
  const living = new Map<string, Promise<boolean>>()
  const isLiving = (token: Secret) => {
    const asked = living.get(token.fingerprint) ?? (context.session.equals(token) ? Promise.resolve(true) : isAlive(context, token))
    living.set(token.fingerprint, asked)
    return asked
  }

  const seen = (one: InspectedConsumer) => {
    const fits = given || living.size > 0 ? undefined : held(one).find(({token}) => matchesRedacted(token, outgoing.token))
    if (fits) isLiving(fits.token).catch(() => {})
  }

  const [inspected, stores, scan] = await Promise.all([
    inspectConsumers(sharing, named, concurrency, seen),
    readStores(mode === 'skip' ? [] : named.filter(({unasked}) => unasked === undefined).map(({address}) => ({access: readingAll(sharing, named), consumer: consumer(address)}))),
    mode === 'skip'
      ? null
      : reads.scan({concurrency, redactedTokens: authorizations.map(({token}) => token), known: given ? [given] : [], named: new Set(coveredBy(named).keys())}),
  ])
  const scanned = (scan?.places ?? []).flatMap(place => located(place))
  const outgoingToken = await findOutgoing(context, {scanned, trusted: inspected.flatMap(consumer => held(consumer))}, {...world, ask, given})
  // The plan needs the answer last.
  const outgoingAlive = outgoingToken ? isLiving(outgoingToken) : Promise.resolve(null)
  outgoingAlive.catch(() => {})
  const tokens = {incoming: null, outgoing: outgoingToken}
  const consumers = await inspectKnowing(tokens, inspected)
  if (!scan) return {consumers: await withIds(context, consumers, {concurrency}), discovery: {allowed: [], apps: 0, pipelines: 0, status: 'skipped', unreadable: []}, outgoingAlive, outgoingToken}

  const covered = coveredBy(consumers)
  const inStores = storePlaces(stores, {known: outgoingToken ? [outgoingToken] : [], redactedTokens: []})
  const stragglers = stragglersIn([...scan.places, ...inStores], token => token.equals(outgoingToken), covered, allowed)
  // What is found in a place that was named is no other consumer.
  const known = new Set([...scan.ids.keys(), ...scan.places.map(({name}) => name)])
  const untouched = (names: readonly string[], places: readonly {name: string}[]) => [...misnamed(names, known, places), 'Nothing was changed.'].join(' ')
  const refusable = mode === 'refuse' ? stragglers : stragglers.filter(({isStore, name}) => isStore || covered.has(name))
  if (refusable.length > 0) {
    const next = todo(`If they may stop working, run the command again with ${typed(...allowing(refusable))}.`)
    throw new FoundStragglers(refusable, {exit: 'failed', next, now: untouched(allowed, refusable)})
  }

  const unread = unreadIn({unread: [...scan.unread, ...stores.unread]}, covered)
  const unchecked = unread.filter(({name}) => !allowedUnread.includes(name))
  const told = (reason: string, what: string) => {
    const places = unchecked.filter(({why}) => why === reason).map(({name}) => name)
    return places.length === 0 ? [] : [todo(`${what} ${listed(places, NAMED)}, and run it again.`)]
  }

  const steps = [...told(FORBIDDEN, 'Log in as an account that may read'), ...told(NEEDS_CODE, 'On a terminal, type a code that Heroku accepts for')]
  refuseUnread(unchecked, names => [...steps, flag(...names)], untouched(allowedUnread, unchecked))
  if (mode === 'find' && stragglers.length === 0 && consumers.length === 0) throw nobodyHolds(outgoing, scan)
  // Stragglers are left only where the mode is to find them.
  const found = stragglers.map(place => placed(addressAt(place)))
  const written = [...consumers, ...(await inspectKnowing(tokens, await inspectConsumers(sharing, found, concurrency)))]
  await refuseReadOnly(context, written, {concurrency, email: account.email, teamApps: scan.teamApps})
  return {
    consumers: await withIds(context, written, {concurrency, ids: scan.ids}),
    discovery: {allowed: [...allowed], apps: scan.apps, pipelines: scan.pipelines, status: 'scanned', unreadable: unread},
    outgoingAlive,
    outgoingToken,
  }
}

/** Only an ID tells later that an app was deleted. An app without dynos has not shown it yet; one list tells those of all but apps of others, or ones that were deleted since. */
async function withIds({api}: Context, inspected: readonly InspectedConsumer[], {concurrency, ids}: {concurrency: number; ids?: ReadonlyMap<string, string>}): Promise<readonly InspectedConsumer[]> {
  const isKnown = ({consumer: {apps}, holding: {appId}}: InspectedConsumer) => apps.length === 0 || appId !== undefined
  if (inspected.every(one => isKnown(one))) return inspected
  const listed = ids ?? idsOf(await instead([], api.apps(), 403))
  return atMost(concurrency, inspected, async one => {
    const [app] = one.consumer.apps
    if (app === undefined || isKnown(one)) return one
    const appId = listed.get(app) ?? (await instead(null, api.app(app), 403))?.id
    return appId === undefined ? one : {...one, holding: {...one.holding, appId}}
  })
}

function held({consumer: {id}, holding}: InspectedConsumer): Located[] {
  if (holding.candidates) return [...holding.candidates]
  return [...holding.values].flatMap(([key, token]) => (token ? [{at: `${id}:${key}`, token}] : []))
}

function nobodyHolds({description}: Authorization, {apps, unread}: Scanned) {
  const hidden = unread.length === 0 ? '' : ` ${unread.length} could not be read: ${unread.map(({name}) => name).join(', ')}.`
  const subject = apps === 1 && hidden === '' ? 'Your app does not use' : `None of your ${apps} apps uses`
  return refused('ROTATE_NO_CONSUMERS', `${subject} the token of ${description}.${hidden}`, [
    heroku('authorizations:rotate:discover', '--description', description),
    todo('If only people or other machines use it: --no-consumers'),
  ])
}
