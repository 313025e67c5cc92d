import type {Access, Values} from '../consumers/adapter.js'
import type {Unread} from './scan.js'
import {type Consumer} from '../consumers/registry.js'
import {reasonOf} from '../errors.js'
import {type Place, type Sought, tokenKeys} from './place.js'

/** Everything in the stores that consumers are kept in, which no scan of the account reads. */
type Stores = {read: readonly {include?: string; name: string; values: Values}[]; unread: readonly Unread[]}

/** Also reads the places near them that nobody has named. A store that cannot be read whole goes into `unread`, whatever the reason is. */
export async function readStores(consumers: readonly {access: Access; consumer: Consumer}[]): Promise<Stores> {
  const read: {include?: string; name: string; values: Values}[] = []
  const unread: Unread[] = []
  const orUnread = async (place: Pick<Unread, 'include' | 'name'>, work: () => Promise<void>) => work().catch((error: unknown) => {
    unread.push({...place, keys: [], why: reasonOf(error)})
  })
  const byPlace = new Map(consumers.map(one => [one.consumer.place, one]))
  const nearby = new Map(consumers.map(one => [one.consumer.near?.of, one]))
  const named = new Set(consumers.flatMap(({consumer: {id, place}}) => [id, place]))
  await Promise.all([
    ...[...byPlace].map(async ([name, {access, consumer}]) => name !== null && orUnread({name}, async () => {
      const beside = await consumer.beside(access)
      if (!beside) return
      read.push({name, values: beside.values})
      if (beside.hidden.length > 0) unread.push({keys: beside.hidden, name, why: 'your login may not read it'})
    })),
    ...[...nearby.values()].map(async ({access, consumer: {near}}) => near && orUnread({include: '', name: near.of}, async () => {
      for (const {hidden, include, name, values, why} of await near.read(access)) {
        if (named.has(name)) continue
        read.push({include, name, values})
        if (why !== null) unread.push({include, keys: hidden, name, why})
      }
    })),
  ])
  return {read, unread}
}

export function storePlaces({read}: Stores, sought: Sought): Place[] {
  return read.map(({include, name, values}) => ({aliases: [], app: null, ...(include ? {include} : {}), isStore: true, keys: tokenKeys(values, sought), name}))
}
