import type {Placed} from '../../consumers/registry.js'
import type {Reads} from '../../heroku/platform-api.js'
import type {Sought} from '../../inventory/place.js'
import type {Secret} from '../../secrecy/secret.js'
import type {Rotation} from '../rotation.js'

import {consumer} from '../../consumers/registry.js'
import {RotationError} from '../../errors.js'
import {matchesHint} from '../../heroku/redaction.js'
import {scan, type Scan, type Sighting, sightingsIn} from '../../inventory/scan.js'
import {count} from '../../text/count.js'
import {typed} from '../../text/shell-quote.js'

/** A place that holds the outgoing token and is on no plan, with the keys that do. */
export type Straggler = {
  app: null | string
  /** False where a rotation cannot write it: a part of a longer value, or no app. */
  isWritable: boolean
  keys: readonly string[]
  name: string
}

/** The keys that are written, by app. */
export type Covered = ReadonlyMap<string, ReadonlySet<string>>

export function coveredBy(consumers: readonly Pick<Placed, 'address'>[]): Covered {
  return new Map(
    consumers.flatMap(({address}) => {
      const {apps, keys} = consumer(address)
      return apps.map((app): [string, ReadonlySet<string>] => [app, new Set(keys)])
    }),
  )
}

/** Who holds the token beside those; `allowed` are names of places that may. */
export function stragglersIn(sightings: readonly Sighting[], isOutgoing: (token: Secret) => boolean, covered: Covered, allowed: readonly string[]): Straggler[] {
  const found = new Map<string, Straggler>()
  for (const {isWhole, key, place: {app, name}, token} of sightings) {
    if (!isOutgoing(token) || allowed.includes(name)) continue
    // A key that is written and holds more than the token loses the rest, as the plan warns.
    if (app !== null && [app, name].some(each => covered.get(each)?.has(key))) continue
    const one = found.get(name) ?? {app, isWritable: app !== null, keys: [], name}
    found.set(name, {...one, isWritable: one.isWritable && isWhole, keys: [...one.keys, key]})
  }

  return [...found.values()]
}

/** Stops a rotation; who knows what was typed says how to include them. */
export class FoundStragglers extends RotationError {
  readonly stragglers: readonly Straggler[]

  constructor(stragglers: readonly Straggler[], details: {exit: 'failed' | 'incomplete'; next: readonly string[]; now?: string}) {
    const named = stragglers.map(({keys, name}) => `${name}:${keys.join(',')}`).join(', ')
    const what = count(stragglers.length, 'place that is on no plan holds', 'places that are on no plan hold')
    super('ROTATE_STRAGGLERS', `${what} the outgoing token, and would break at its revoke: ${named}.`, details)
    this.stragglers = stragglers
  }
}

/** For those that are to keep the outgoing token, or that only a person can write. */
export const allowing = (stragglers: readonly Straggler[]) => stragglers.map(({name}) => typed('--allow-straggler', name)).join(' ')

/** What the last look is for: the outgoing token or, where it is not known, what the API shows of it. */
export type Wanted = {isOutgoing: (token: Secret) => boolean; sought: Sought}

/** What rotations that are revoked together have in common: everything is read once, however many there are. */
export class LastLook {
  readonly #rotations: readonly Rotation[]
  readonly #wanted = new Map<Rotation, Promise<Wanted>>()
  #scan: null | Promise<Scan> = null

  constructor(rotations: readonly Rotation[]) {
    this.#rotations = rotations.filter(({plan}) => plan.discovery?.status === 'scanned')
  }

  /** What each of them writes itself is left out, where there is no other one that does not. */
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
    // One that cannot be told what to look for fails by itself.
    const settled = await Promise.allSettled(this.#rotations.map(one => this.wanted(one)))
    const all = settled.flatMap(each => (each.status === 'fulfilled' ? [each.value.sought] : []))
    const covered = this.#rotations.map(one => coveredBy(one.plan.consumers))
    const except = new Set([...coveredBy(plan.consumers).keys()].filter(app => covered.every(each => each.has(app))))
    const sought = {hints: all.flatMap(({hints}) => hints), known: all.flatMap(({known}) => known)}
    return scan({api: rotation.api, report, signal}, {...sought, concurrency: plan.concurrency, except})
  }
}

/**
 * Right before the pivot, everything that the rotation does not write is read once more: somebody may
 * have set the outgoing token by hand meanwhile. What the rotation writes is read after this. Null where
 * the plan leaves it out.
 */
export async function refuseStragglers(rotation: Rotation, look: LastLook): Promise<null | Wanted> {
  const {context, plan} = rotation
  if (plan.discovery?.status !== 'scanned') return null
  const wanted = await look.wanted(rotation)
  const {apps, pipelines, sightings, unread} = await look.scan(rotation)
  await rotation.record({apps, pipelines, type: 'scanned', unreadable: unread.map(({name}) => name)})
  for (const {name, why} of unread) {
    if (plan.discovery.unreadable.some(one => one.name === name)) continue
    context.report({text: `${name} cannot be read (${why}), and may hold the outgoing token`, type: 'warning'})
  }

  stop(rotation, stragglersIn(sightings, wanted.isOutgoing, coveredBy(plan.consumers), plan.discovery.allowed))
  return wanted
}

/** The same for the other keys of the apps it writes, in the answers that were read just now. */
export async function refuseStrayKeys(rotation: Rotation, {isOutgoing, sought}: Wanted, reads: Reads): Promise<void> {
  const {plan} = rotation
  const sightings: Sighting[] = []
  for (const [app, read] of reads) sightings.push(...sightingsIn({app, name: app}, await read, sought))
  stop(rotation, stragglersIn(sightings, isOutgoing, coveredBy(plan.consumers), plan.discovery?.allowed ?? []))
}

async function wantedOf(rotation: Rotation): Promise<Wanted> {
  const {plan, tokens: {incoming, outgoing}} = rotation
  if (outgoing) return {isOutgoing: token => token.equals(outgoing), sought: {hints: [], known: [outgoing]}}
  const listed = await rotation.api.authorization(plan.outgoing.id)
  const hint = listed?.token ?? null
  const {fingerprint} = plan.outgoing
  const isOutgoing = (token: Secret) => (fingerprint === null ? matchesHint(token, hint) && !token.equals(incoming?.token) : token.fingerprint === fingerprint)
  return {isOutgoing, sought: {hints: [hint], known: []}}
}

function stop({id}: Rotation, stragglers: readonly Straggler[]): void {
  if (stragglers.length === 0) return
  const resume = `heroku authorizations:rotate:resume --rotation ${id}`
  const writable = stragglers.filter(({isWritable}) => isWritable)
  const others = stragglers.filter(({isWritable}) => !isWritable)
  const included = [resume, ...writable.map(({app, keys}) => typed('--app', `${app}:${keys.join(',')}`)), ...(others.length > 0 ? [allowing(others)] : [])]
  throw new FoundStragglers(stragglers, {
    exit: 'incomplete',
    next: [
      ...(writable.length > 0 ? [included.join(' ')] : []),
      ...others.map(({keys, name}) => `Take the outgoing token out of ${keys.join(', ')} of ${name}.`),
      `${resume} ${allowing(stragglers)}`,
    ],
  })
}
