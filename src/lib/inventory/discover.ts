import type {Context} from '../context.js'
import type {Account, Authorization} from '../heroku/schemas.js'
import type {Secret} from '../secrecy/secret.js'
import {chooseOutgoing, type Named} from '../credentials/outgoing.js'
import {type AskWhich, checkGiven, ownersByAsking} from './outgoing-token.js'
import {identify, type Identities, type TokenOwner, type UnlistedOwner} from './owners.js'
import {byName, located, type Place, type PlaceKey, withKeys} from './place.js'
import {list, scan, type Scan, type Scanned, type ScanOptions} from './scan.js'

export type OwnedKey = PlaceKey & {owner: UnlistedOwner | {authorization: Authorization; is: 'another' | 'outgoing'}}

export type Discovery = Scanned & {outgoing: Authorization; places: readonly Place<OwnedKey>[]}

/** Reads that a question has made already. */
type Reading = {lists(): Promise<[Account, Authorization[]]>; scan(options: ScanOptions & {named: ReadonlySet<string>}): Promise<Scan>}

export type DiscoverRequest = {ask: AskWhich; concurrency: number; given: null | Secret; outgoing: Named; reads?: Reading}

/** Finds every place that holds the outgoing token or anything else that looks like a token. Changes nothing. */
export async function discover(context: Context, {ask, concurrency, given, outgoing: named, reads}: DiscoverRequest): Promise<Discovery> {
  const {api, session} = context
  const listed = reads ? undefined : list(context)
  listed?.catch(() => {})
  const [account, authorizations] = await (reads?.lists() ?? Promise.all([api.account(), api.authorizations()]))
  const outgoing = chooseOutgoing(authorizations, named)
  checkGiven(given, outgoing)
  const identities: Identities = new Map()
  const found = ({token}: PlaceKey) => {
    context.filter.add(token)
    identify(api, token, identities).catch(() => {})
  }

  const sought = {concurrency, found, known: given ? [given, session] : [session], named: new Set<string>(), redactedTokens: authorizations.map(({token}) => token)}
  const {places, ...scanned} = await (reads?.scan(sought) ?? scan(context, {...sought, ...(listed ? {listed} : {})}))
  const known = given ? [{authorization: outgoing, token: given}] : []
  const ownerOf = await ownersByAsking(context, places.flatMap(place => located(place)), {account, ask, authorizations, concurrency, identities, known, outgoing})
  return {
    ...scanned,
    outgoing,
    places: places.toSorted(byName).map(place => ({...place, keys: place.keys.map(key => ({...key, owner: ownerBeside(outgoing, ownerOf(key.token))}))})),
  }
}

function ownerBeside({id}: Authorization, owner: TokenOwner): OwnedKey['owner'] {
  return owner.is === 'listed' ? {...owner, is: owner.authorization.id === id ? 'outgoing' : 'another'} : owner
}

export function outgoingPlaces({places}: Discovery): Place<OwnedKey>[] {
  return withKeys(places, ({owner}) => owner.is === 'outgoing')
}

/** Places with the outgoing token, by the names of their keys. */
export function holders(discovery: Discovery): {app: null | string; keys: string[]; name: string}[] {
  return outgoingPlaces(discovery).map(({app, keys, name}) => ({app, keys: keys.map(({key}) => key), name}))
}
