import type {Context} from '../context.js'
import type {Authorization} from '../heroku/schemas.js'
import type {Secret} from '../secrecy/secret.js'
import type {TokenOwner, UnlistedOwner} from './owners.js'
import {chooseOutgoing, type Named} from '../credentials/outgoing.js'
import {type AskWhich, checkGiven, ownersByAsking} from './outgoing-token.js'
import {byName, located, type Place, type PlaceKey, withKeys} from './place.js'
import {list, scan, type Scanned} from './scan.js'

export type OwnedKey = PlaceKey & {owner: UnlistedOwner | {authorization: Authorization; is: 'another' | 'outgoing'}}

export type Discovery = Scanned & {outgoing: Authorization; places: readonly Place<OwnedKey>[]}

export type DiscoverRequest = {ask: AskWhich; concurrency: number; given: null | Secret; outgoing: Named}

/** Finds every place that holds the outgoing token or anything else that looks like a token. Changes nothing. */
export async function discover(context: Context, {ask, concurrency, given, outgoing: named}: DiscoverRequest): Promise<Discovery> {
  const {api, session} = context
  const listed = list(context)
  listed.catch(() => {})
  const [account, authorizations] = await Promise.all([api.account(), api.authorizations()])
  const outgoing = chooseOutgoing(authorizations, named)
  checkGiven(given, outgoing)
  const {places, ...scanned} = await scan(context, {
    concurrency,
    listed,
    redactedTokens: authorizations.map(({token}) => token),
    known: given ? [given, session] : [session],
  })
  const known = given ? [{authorization: outgoing, token: given}] : []
  const ownerOf = await ownersByAsking(context, places.flatMap(place => located(place)), {account, ask, authorizations, concurrency, known, outgoing})
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
