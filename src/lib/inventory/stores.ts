import type {Access, Values} from '../consumers/adapter.js'
import type {Unread} from './scan.js'
import {type Consumer} from '../consumers/registry.js'
import {RotationError} from '../errors.js'
import {type Place, type Sought, tokenKeys} from './place.js'

/** Everything in the stores that consumers are kept in, which no scan of the account reads. */
export type Stores = {read: readonly {name: string; values: Values}[]; unread: readonly Unread[]}

/** A store that cannot be read whole goes into `unread`, whatever the reason is. */
export async function readStores(consumers: readonly {access: Access; consumer: Consumer}[]): Promise<Stores> {
  const read: {name: string; values: Values}[] = []
  const unread: Unread[] = []
  const byPlace = new Map(consumers.map(one => [one.consumer.place, one]))
  await Promise.all([...byPlace].map(async ([name, {access, consumer}]) => {
    if (name === null) return
    try {
      const beside = await consumer.beside(access)
      if (!beside) return
      read.push({name, values: beside.values})
      if (beside.hidden.length > 0) unread.push({keys: beside.hidden, name, why: 'your login may not read it'})
    } catch (error) {
      if (!(error instanceof RotationError) || error.exit === 'interrupted') throw error
      unread.push({keys: [], name, why: error.happened.replace(/\.$/, '')})
    }
  }))
  return {read, unread}
}

export function storePlaces({read}: Stores, sought: Sought): Place[] {
  return read.map(({name, values}) => ({aliases: [], app: null, isStore: true, keys: tokenKeys(values, sought), name}))
}
