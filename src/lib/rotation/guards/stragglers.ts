import type {Secret} from '../../secrecy/secret.js'
import {consumer, type Placed} from '../../consumers/registry.js'
import {type Details, RotationError, todo} from '../../errors.js'
import {byName, type Place, withKeys} from '../../inventory/place.js'
import {count} from '../../text/count.js'
import {nearest} from '../../text/nearest.js'

export type Straggler = Omit<Place<string>, 'aliases'>

/** Keys that the rotation writes, by place. */
export type Covered = ReadonlyMap<string, ReadonlySet<string>>

export function coveredBy(consumers: readonly Pick<Placed, 'address'>[]): Covered {
  const covered = new Map<string, Set<string>>()
  for (const {address} of consumers) {
    const {keys, place} = consumer(address)
    if (place !== null) covered.set(place, new Set([...(covered.get(place) ?? []), ...keys]))
  }

  return covered
}

/** `allowed` are names of places that may keep the outgoing token. */
export function stragglersIn(places: readonly Place[], isOutgoing: (token: Secret) => boolean, covered: Covered, allowed: readonly string[]): Straggler[] {
  const isCovered = (key: string, {aliases, name}: Place) => [name, ...aliases].some(each => covered.get(each)?.has(key))
  return withKeys(places, ({key, token}, place) => isOutgoing(token) && !allowed.includes(place.name) && !isCovered(key, place))
    .toSorted(byName)
    .map(({aliases: _, keys, ...place}) => ({...place, keys: keys.map(({key}) => key)}))
}

/** The command adds how to include the stragglers, because only the command knows what was typed. */
export class FoundStragglers extends RotationError {
  readonly stragglers: readonly Straggler[]

  constructor(stragglers: readonly Straggler[], details: Details) {
    const named = stragglers.map(({keys, name}) => `${name}:${keys.join(',')}`).join(', ')
    const what = count(stragglers.length, 'more place uses', 'more places use')
    super('ROTATE_STRAGGLERS', `${what} this token and would stop working: ${named}.`, details)
    this.stragglers = stragglers
  }
}

/** Names that were allowed and are no place, beside the place that was probably meant. */
export const misnamed = (allowed: readonly string[], known: ReadonlySet<string>, places: readonly {name: string}[]): string[] =>
  allowed.filter(name => !known.has(name)).flatMap(name => {
    const meant = nearest(name, places.map(place => place.name))
    return meant === null ? [] : [`You allowed ${name}, which is not there. Did you mean ${meant}?`]
  })

export const allowing = (stragglers: readonly Straggler[]) => stragglers.flatMap(({name}) => ['--allow-straggler', name])

/** No flag names what is in a store, beside the record of the token. */
export const included = (stragglers: readonly Straggler[]) => stragglers.filter(({isStore}) => !isStore)

export const including = (stragglers: readonly Straggler[]) => included(stragglers).flatMap(({app, keys, name}) => [app === null ? '--pipeline' : '--app', `${name}:${keys.join(',')}`])

/** A consumer of a rotation file for each secret. */
export const fileLines = ({include, keys}: {include: string; keys: readonly string[]}) => keys.map(key => `{${include}, secret: ${key}}`).join(', ')

/** What to do about stragglers in a store. */
export const byHand = (stragglers: readonly Straggler[]) => stragglers.filter(({isStore}) => isStore).map(({include, keys, name}) =>
  todo(`Name ${keys.join(', ')} of ${name} in a rotation file (authorizations:rotate --file${include ? `: ${fileLines({include, keys})}` : ''}), or take the old token out there by hand.`))
