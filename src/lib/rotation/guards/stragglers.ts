import type {Placed} from '../../consumers/registry.js'
import type {Secret} from '../../secrecy/secret.js'

import {consumer} from '../../consumers/registry.js'
import {RotationError} from '../../errors.js'
import {type Place, withKeys} from '../../inventory/place.js'
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

/** Finds who else holds the outgoing token; `allowed` are names of places that may keep it. */
export function stragglersIn(places: readonly Place[], isOutgoing: (token: Secret) => boolean, covered: Covered, allowed: readonly string[]): Straggler[] {
  // A key that is written and holds more than the token loses the rest, as the plan warns.
  const isCovered = (key: string, {app, name}: Place) => app !== null && [app, name].some(each => covered.get(each)?.has(key))
  return withKeys(places, ({key, token}, place) => isOutgoing(token) && !allowed.includes(place.name) && !isCovered(key, place))
    .map(({app, keys, name}) => ({app, isWritable: app !== null && keys.every(({isWhole}) => isWhole), keys: keys.map(({key}) => key), name}))
}

/** Stops a rotation. The command adds how to include them, because it knows what was typed. */
export class FoundStragglers extends RotationError {
  readonly stragglers: readonly Straggler[]

  constructor(stragglers: readonly Straggler[], details: {exit: 'failed' | 'incomplete'; next: readonly string[]; now?: string}) {
    const named = stragglers.map(({keys, name}) => `${name}:${keys.join(',')}`).join(', ')
    const what = count(stragglers.length, 'place that is on no plan holds', 'places that are on no plan hold')
    super('ROTATE_STRAGGLERS', `${what} the outgoing token, and would break at its revoke: ${named}.`, details)
    this.stragglers = stragglers
  }
}

export const allowing = (stragglers: readonly Straggler[]) => stragglers.map(({name}) => typed('--allow-straggler', name)).join(' ')
