import type {Discovery, OwnedKey} from '../../inventory/discover.js'
import {type KeyResult, keyResult, type Unreadable, unreadable} from './place-result.js'

/** The document that `discover --json` prints. */
export type DiscoverResult = {
  api_calls: number
  complete: boolean
  holders: {app: null | string; keys: KeyResult<OwnedKey['owner']['is']>[]; place: string}[]
  next: null | string
  outgoing: {description: string; id: string; scope: string[]}
  scanned: {apps: number; pipelines: number}
  unreadable: Unreadable[]
}

export function discoverResult({apps, outgoing, pipelines, places, unread}: Discovery, calls: number, next: null | string): DiscoverResult {
  return {
    api_calls: calls,
    complete: unread.length === 0,
    holders: places.map(({app, keys, name}) => ({app, keys: keys.map(key => keyResult(key)), place: name})),
    next,
    outgoing: {description: outgoing.description, id: outgoing.id, scope: outgoing.scope},
    scanned: {apps, pipelines},
    unreadable: unread.map(place => unreadable(place)),
  }
}
