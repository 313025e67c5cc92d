import type {Placed} from '../consumers/registry.js'
import type {Context} from '../context.js'
import type {Named} from '../credentials/outgoing.js'
import type {Authorization} from '../heroku/schemas.js'
import type {Secret} from '../secrecy/secret.js'

import {recordedTokens} from '../audit/recorded-tokens.js'
import {type Credential, credentialOf} from '../credentials/issues.js'
import {readAll, readNamed, type Scanned, type Seen, type SeenKey} from './drift-look.js'
import {type AskWhich, checkGiven, choose, type Found, open} from './outgoing-token.js'
import {type Belongings, tellApart} from './owners.js'

/** Whose token a key holds, as its credential sees it. */
export type Held =
  /** Heroku shows the same of all of these. */
  | {among: readonly Authorization[]; fingerprint: string; is: 'unclear'}
  /** `older` is another issue of the credential, `another` of another credential; both are alive. */
  | {authorization: Authorization; is: 'another' | 'older' | 'right'}
  | {email: null | string; is: 'foreign'}
  /** The ID of the issue of the credential that it was of, where the audit log tells. */
  | {is: 'dead'; issue: null | string}
  | {is: 'other' | 'nothing' | 'unreadable'}

export type DriftKey = {held: Held; isWhole: boolean; key: string}

export type DriftConsumer = Omit<Seen, 'keys'> & {keys: readonly DriftKey[]}

export type Drift = Credential & {
  consumers: readonly DriftConsumer[]
  isDrift: boolean
  /** Null where the consumers were named. */
  scanned: null | Scanned
  /** `PLACE:KEY` of dead tokens of which nobody knows what credential they were of. */
  strays: readonly string[]
}

export type DriftRequest = {
  ask: AskWhich
  concurrency: number
  consumers: readonly Placed[]
  given: null | Secret
  named: Named
  /** Fails where a rotation of the credential is in flight. */
  refuseInFlight(context: Context, name: string, authorizations: readonly Authorization[]): Promise<void>
}

/**
 * Which token each consumer of a credential holds, and which one is right: the newest issue's. Consumers that were
 * named are read; where none was, everything is, for tokens of any issue. Changes nothing.
 */
export async function findDrift(context: Context, {ask, concurrency, consumers, given, named, refuseInFlight}: DriftRequest): Promise<Drift> {
  const {api, session} = context
  const [account, authorizations] = await Promise.all([api.account(), api.authorizations()])
  const {issues, name} = credentialOf(authorizations, named)
  const [right] = issues
  await refuseInFlight(context, name, authorizations)
  checkGiven(given, right)

  const options = {concurrency, hints: authorizations.map(({token}) => token), known: given ? [given, session] : [session]}
  const {scanned, seen} = consumers.length > 0 ? {scanned: null, seen: await readNamed(context, consumers, options)} : await readAll(context, options)
  const found = seen.flatMap(one => tokensOf(one))
  for (const {token} of found) context.filter.add(token)
  const recorded = await recordedTokens(context, name)
  const belongings = await whoseAre(context, found, {account, ask, authorizations, concurrency, given, recorded, right})
  const told = seen.map(({keys, ...at}): DriftConsumer => ({
    ...at,
    keys: keys.map(({key, seen}) => ({held: heldOf(seen, {belongings, issues, recorded}), isWhole: typeof seen === 'string' || seen.isWhole, key})),
  }))
  const ours = scanned ? told.flatMap(one => within(one, held => isOf(held, issues))) : told
  return {
    consumers: ours,
    isDrift: ours.some(({keys}) => keys.some(({held}) => isWrong(held, right))) || unclearTokens(ours) > 1,
    issues,
    name,
    scanned,
    strays: scanned ? told.flatMap(one => within(one, isStray)).flatMap(({id, keys}) => keys.map(({key}) => `${id}:${key}`)) : [],
  }
}

/** Whether something else is held there than should be, for all that is known. */
export function isWrong(held: Held, right: Authorization): boolean {
  if (held.is === 'unclear') return held.among.every(({id}) => id !== right.id)
  return held.is !== 'right' && held.is !== 'unreadable'
}

type World = Parameters<typeof tellApart>[2] & Pick<DriftRequest, 'ask' | 'given'> & {recorded: ReadonlyMap<string, string>; right: Authorization}

/** By what is on record of each token, by what Heroku tells of it, and by the person where both tell too little. */
async function whoseAre(context: Context, found: readonly Found[], {ask, given, recorded, right, ...world}: World): Promise<Belongings> {
  const tokens = found.map(({token}) => token)
  const known = [
    ...(given ? [{authorization: right, token: given}] : []),
    ...tokens.flatMap(token => world.authorizations.filter(({id}) => recorded.get(token.fingerprint) === id).map(authorization => ({authorization, token}))),
  ]
  const belongings = await tellApart(context, tokens, {...world, known})
  const left = open(found, belongings, right)
  if (!ask || left.every(token => belongings.of(token)?.is !== 'unclear')) return belongings
  const token = await choose(left, found, {ask, outgoing: right})
  return tellApart(context, tokens, {...world, known: [...known, {authorization: right, token}]})
}

type Known = Pick<Credential, 'issues'> & {belongings: Belongings; recorded: ReadonlyMap<string, string>}

function heldOf(seen: SeenKey['seen'], {belongings, issues: [right, ...older], recorded}: Known): Held {
  if (typeof seen === 'string') return {is: seen}
  const {fingerprint} = seen.token
  const whose = belongings.of(seen.token)
  if (!whose) return {is: 'other'}
  switch (whose.is) {
  case 'dead': {
    return {is: 'dead', issue: recorded.get(fingerprint) ?? null}
  }

  case 'foreign': {
    return whose
  }

  case 'unclear': {
    return {...whose, fingerprint}
  }

  case 'listed': {
    const {authorization} = whose
    if (authorization.id === right.id) return {authorization, is: 'right'}
    return {authorization, is: older.some(({id}) => id === authorization.id) ? 'older' : 'another'}
  }
  }
}

/** Whether what is held has to do with the credential. */
function isOf(held: Held, issues: readonly Authorization[]): boolean {
  if (held.is === 'unclear') return held.among.some(({id}) => issues.some(issue => issue.id === id))
  return held.is === 'right' || held.is === 'older' || (held.is === 'dead' && held.issue !== null)
}

const isStray = (held: Held) => held.is === 'dead' && held.issue === null

/** The consumer with those of its keys; none where there are none. */
function within(one: DriftConsumer, isWanted: (held: Held) => boolean): DriftConsumer[] {
  const keys = one.keys.filter(({held}) => isWanted(held))
  return keys.length === 0 ? [] : [{...one, keys}]
}

function tokensOf({id, keys}: Seen): Found[] {
  return keys.flatMap(({key, seen}) => (typeof seen === 'string' ? [] : [{at: `${id}:${key}`, token: seen.token}]))
}

/** Which of these is right is not known; that they are not the same is. */
function unclearTokens(consumers: readonly DriftConsumer[]): number {
  return new Set(consumers.flatMap(({keys}) => keys.flatMap(({held}) => (held.is === 'unclear' ? [held.fingerprint] : [])))).size
}
