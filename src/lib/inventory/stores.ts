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
  const places = new Map(consumers.flatMap(({access, consumer: {near}}) => (near ?? []).map(place => [place.of, {...place, access}])))
  const named = new Set(consumers.flatMap(({consumer: {id, place}}) => [id, place]))
  await Promise.all([...places.values()].map(async ({access, of, read: ask, ...place}) => {
    const found = await ask(access).catch((error: unknown) => {
      unread.push({...place, keys: [], name: of, why: reasonOf(error)})
      return []
    })
    for (const {hidden, name, values, why, ...address} of found) {
      if (address.include !== undefined && named.has(name)) continue
      read.push({...address, name, values})
      if (why !== null) unread.push({...address, keys: hidden, name, why})
    }
  }))
  return {read, unread}
}

export function storePlaces({read}: Stores, sought: Sought): Place[] {
  return read.map(({include, name, values}) => ({aliases: [], app: null, ...(include ? {include} : {}), isStore: true, keys: tokenKeys(values, sought), name}))
}
