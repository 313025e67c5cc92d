import type {Context} from '../context.js'
import type {Authorization} from '../heroku/schemas.js'
import type {Secret} from '../secrecy/secret.js'

import {chooseOutgoing, type Named} from '../credentials/outgoing.js'
import {type AskWhich, checkGiven, choose, type Found, open} from './outgoing-token.js'
import {type Belongings, tellApart, type Whose} from './owners.js'
import {type Scan, scan, type Sighting, type Unread} from './scan.js'

export type HeldKey = {
  /** False where the token is a part of a longer value, which no rotation can write. */
  isWhole: boolean
  key: string
  whose: 'outgoing' | Whose
}

/** A place that holds a token, with all config vars of it that do. */
export type Holding = {app: null | string; keys: readonly HeldKey[]; name: string}

export type Discovery = {
  apps: number
  holdings: readonly Holding[]
  outgoing: Authorization
  pipelines: number
  unread: readonly Unread[]
}

export type DiscoverRequest = {ask: AskWhich; concurrency: number; given: null | Secret; outgoing: Named}

/** Who holds the outgoing token, and what else looks like a token. Changes nothing. */
export async function discover(context: Context, {ask, concurrency, given, outgoing: named}: DiscoverRequest): Promise<Discovery> {
  const {api, session} = context
  const [account, authorizations] = await Promise.all([api.account(), api.authorizations()])
  const outgoing = chooseOutgoing(authorizations, named)
  checkGiven(given, outgoing)
  const found = await scan(context, {
    concurrency,
    hints: authorizations.map(({token}) => token),
    known: given ? [given, session] : [session],
  })
  const tokens = found.sightings.map(({token}) => token)
  for (const token of tokens) context.filter.add(token)
  const world = {account, authorizations, concurrency}
  let belongings = await tellApart(context, tokens, given ? {...world, known: [{authorization: outgoing, token: given}]} : world)
  const left = open(found.sightings.map(sighting => foundAt(sighting)), belongings, outgoing)
  const isUnclear = left.some(token => belongings.of(token)?.is === 'unclear')
  if (isUnclear && ask) {
    const token = await choose(left, found.sightings.map(sighting => foundAt(sighting)), {ask, outgoing})
    belongings = await tellApart(context, tokens, {...world, known: [{authorization: outgoing, token}]})
  }

  return {apps: found.apps, holdings: holdingsIn(found, belongings, outgoing), outgoing, pipelines: found.pipelines, unread: found.unread}
}

export function foundAt({key, place, token}: Sighting): Found {
  return {at: `${place.name}:${key}`, token}
}

function holdingsIn({sightings}: Scan, belongings: Belongings, outgoing: Authorization): Holding[] {
  const byPlace = new Map<string, {app: null | string; keys: HeldKey[]; name: string}>()
  for (const {isWhole, key, place, token} of sightings) {
    const whose = belongings.of(token)
    if (!whose) continue
    const holding = byPlace.get(place.name) ?? {...place, keys: []}
    holding.keys.push({isWhole, key, whose: whose.is === 'listed' && whose.authorization.id === outgoing.id ? 'outgoing' : whose})
    byPlace.set(place.name, holding)
  }

  return [...byPlace.values()].toSorted((a, b) => a.name.localeCompare(b.name, 'en', {numeric: true}))
}

/** What a rotation can write of the places that hold the outgoing token: whole values, in apps. */
export function writable({holdings}: Discovery): {app: string; keys: string[]}[] {
  return holdings.flatMap(({app, keys}) => {
    const held = keys.filter(({isWhole, whose}) => isWhole && whose === 'outgoing').map(({key}) => key)
    return app === null || held.length === 0 ? [] : [{app, keys: held}]
  })
}

/** `PLACE:KEY` of those that hold it and that only a person can change. */
export function unwritable({holdings}: Discovery): string[] {
  return holdings.flatMap(({app, keys, name}) =>
    keys.filter(({isWhole, whose}) => whose === 'outgoing' && (app === null || !isWhole)).map(({key}) => `${name}:${key}`))
}
