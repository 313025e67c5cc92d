import type {Discovery} from '../../inventory/discover.js'
import {keyResult, unreadable} from './place-result.js'

/** The document that `discover --json` prints. */
export function discoverResult({apps, outgoing, pipelines, places, unread}: Discovery, calls: number, next: null | string) {
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
