import type {Discovery, HeldKey} from '../../inventory/discover.js'

type Key = {authorization: null | {description: string; id: string}; holds: 'another' | 'dead' | 'foreign' | 'outgoing' | 'unclear'; key: string; whole: boolean}

/** The document that `discover --json` prints. */
export type DiscoverResult = {
  api_calls: number
  /** False when something could not be read. */
  complete: boolean
  holders: {app: null | string; keys: Key[]; place: string}[]
  next: null | string
  outgoing: {description: string; id: string; scope: string[]}
  scanned: {apps: number; pipelines: number}
  unreadable: {keys: string[]; place: string; reason: string}[]
}

export function discoverResult({apps, holdings, outgoing, pipelines, unread}: Discovery, calls: number, next: null | string): DiscoverResult {
  return {
    api_calls: calls,
    complete: unread.length === 0,
    holders: holdings.map(({app, keys, name}) => ({app, keys: keys.map(held => keyOf(held, outgoing)), place: name})),
    next,
    outgoing: {description: outgoing.description, id: outgoing.id, scope: outgoing.scope},
    scanned: {apps, pipelines},
    unreadable: unread.map(({keys, name, why}) => ({keys: [...keys], place: name, reason: why})),
  }
}

function keyOf({isWhole, key, whose}: HeldKey, {description, id}: Discovery['outgoing']): Key {
  if (whose === 'outgoing') return {authorization: {description, id}, holds: 'outgoing', key, whole: isWhole}
  if (whose.is !== 'listed') return {authorization: null, holds: whose.is, key, whole: isWhole}
  return {authorization: {description: whose.authorization.description, id: whose.authorization.id}, holds: 'another', key, whole: isWhole}
}
