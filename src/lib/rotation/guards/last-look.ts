import type {Reads} from '../../heroku/platform-api.js'
import type {Secret} from '../../secrecy/secret.js'
import type {Plan} from '../planning/plan.js'
import type {Rotation} from '../rotation.js'
import {toResume} from '../../errors.js'
import {matchesRedacted} from '../../heroku/redaction.js'
import {type Sought, tokenKeys} from '../../inventory/place.js'
import {scan, type Scan} from '../../inventory/scan.js'
import {readStores, storePlaces} from '../../inventory/stores.js'
import {idsOf} from '../planning/plan.js'
import {allowing, byHand, type Covered, coveredBy, FoundStragglers, included, including, type Straggler, stragglersIn} from './stragglers.js'
import {refuseUnread, unreadIn} from './unread.js'

/** Recognizes the outgoing token by its value or, where the value is unknown, by the redacted token that the API shows. */
export type Wanted = {isOutgoing: (token: Secret) => boolean; sought: Sought}

/** Reads everything once for all rotations that are revoked together. */
export class LastLook {
  readonly #rotations: readonly Rotation[]
  readonly #wanted = new Map<Rotation, Promise<Wanted>>()
  #scan: null | Promise<Scan> = null

  constructor(rotations: readonly Rotation[]) {
    this.#rotations = rotations.filter(({plan}) => plan.discovery?.status === 'scanned')
  }

  /** Leaves out the apps that all of the rotations write, because each rotation reads them itself. */
  scan(rotation: Rotation): Promise<Scan> {
    this.#scan ??= this.#scanFor(rotation)
    return this.#scan
  }

  wanted(rotation: Rotation): Promise<Wanted> {
    const wanted = this.#wanted.get(rotation) ?? wantedOf(rotation)
    this.#wanted.set(rotation, wanted)
    return wanted
  }

  async #scanFor(rotation: Rotation): Promise<Scan> {
    const {context: {report, signal}, plan} = rotation
    // A rotation whose outgoing token cannot be looked up fails by itself.
    const settled = await Promise.allSettled(this.#rotations.map(one => this.wanted(one)))
    const all = settled.flatMap(each => (each.status === 'fulfilled' ? [each.value.sought] : []))
    const covered = this.#rotations.map(one => coveredById(one.plan))
    const except = new Set([...coveredById(plan).keys()].filter(app => covered.every(each => each.has(app))))
    const sought = {redactedTokens: all.flatMap(({redactedTokens}) => redactedTokens), known: all.flatMap(({known}) => known)}
    // An app of the plan may have left its name to another one, which is the one that is meant here.
    return scan({api: rotation.api.knowing(new Map()), report, signal}, {...sought, concurrency: plan.concurrency, except})
  }
}

/** Reads everything that the rotation does not write, because somebody may have set the outgoing token by hand since the plan. */
export async function refuseStragglers(rotation: Rotation, look: LastLook): Promise<void> {
  const {plan} = rotation
  if (plan.discovery?.status !== 'scanned') return
  const wanted = await look.wanted(rotation)
  const {apps, pipelines, places, unread} = await look.scan(rotation)
  await rotation.record({apps, pipelines, type: 'scanned', unreadable: unread.map(({name}) => name)})
  stop(rotation, stragglersIn(places, wanted.isOutgoing, coveredById(plan), plan.discovery.allowed))
  refuseNewlyUnread(rotation, {unread}, coveredBy(plan.consumers))
}

/** Searches all keys of the apps that the rotation writes, which were read just now, and of its stores. */
export async function refuseStrayKeys(rotation: Rotation, reads: Reads): Promise<void> {
  const {plan, state} = rotation
  // After the pivot nothing is left to be refused.
  if (plan.discovery?.status !== 'scanned' || state.pivotingAt !== null) return
  const {isOutgoing, sought} = await wantedOf(rotation)
  const present = new Set(rotation.everyone.flatMap(({consumer}) => consumer.apps))
  const places = await Promise.all([...reads].filter(([app]) => present.has(app)).map(async ([app, read]) => ({aliases: [], app, keys: tokenKeys(await read, sought), name: app})))
  const stores = await readStores(rotation.everyone.map(({consumer, planned}) => ({access: rotation.access(planned), consumer})))
  const covered = coveredBy(plan.consumers)
  stop(rotation, stragglersIn([...places, ...storePlaces(stores, sought)], isOutgoing, covered, plan.discovery?.allowed ?? []))
  refuseNewlyUnread(rotation, stores, covered)
}

/** By ID where it is known: an app that was renamed is still one of the plan, and another app under its old name is none. */
function coveredById(plan: Plan): Covered {
  const ids = idsOf(plan)
  return new Map([...coveredBy(plan.consumers)].map(([place, keys]) => [ids.get(place) ?? place, keys]))
}

function refuseNewlyUnread({id, plan: {discovery}}: Rotation, scanned: Pick<Scan, 'unread'>, covered: Covered): void {
  const known = new Set(discovery?.unreadable.map(({name}) => name))
  refuseUnread(unreadIn(scanned, covered).filter(({name}) => !known.has(name)), words => toResume(id, ...words))
}

async function wantedOf(rotation: Rotation): Promise<Wanted> {
  const {plan, tokens: {incoming, outgoing}} = rotation
  if (outgoing) return {isOutgoing: token => token.equals(outgoing), sought: {redactedTokens: [], known: [outgoing]}}
  const listed = await rotation.api.authorization(plan.outgoing.id)
  const redacted = listed?.token ?? null
  const {fingerprint} = plan.outgoing
  const isOutgoing = (token: Secret) => (fingerprint === null ? matchesRedacted(token, redacted) && !token.equals(incoming?.token) : token.fingerprint === fingerprint)
  return {isOutgoing, sought: {redactedTokens: [redacted], known: []}}
}

function stop({id}: Rotation, stragglers: readonly Straggler[]): void {
  if (stragglers.length === 0) return
  const include = included(stragglers).length > 0 ? [toResume(id, ...including(stragglers))] : []
  throw new FoundStragglers(stragglers, {next: [...byHand(stragglers), ...include, toResume(id, ...allowing(stragglers))]})
}
