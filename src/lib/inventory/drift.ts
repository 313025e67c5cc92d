import type {Placed} from '../consumers/registry.js'
import type {Context} from '../context.js'
import type {Named} from '../credentials/outgoing.js'
import type {Authorization} from '../heroku/schemas.js'
import type {Secret} from '../secrecy/secret.js'
import type {OwnerOf} from './owners.js'
import {recordedTokens} from '../audit/recorded-tokens.js'
import {type Credential, credentialOf} from '../credentials/issues.js'
import {type ReadConsumer, readConsumers, type ReadKey} from './inspect.js'
import {type AskWhich, checkGiven, ownersByAsking} from './outgoing-token.js'
import {byName, located, withKeys} from './place.js'
import {scan, type Scanned} from './scan.js'

export type KeyOwner =
  /** Heroku shows the tokens of all of these authorizations alike. */
  | {among: readonly Authorization[]; fingerprint: string; is: 'unclear'}
  /** `older` is another issue of the credential, `another` is of another credential; both are alive. */
  | {authorization: Authorization; is: 'another' | 'older' | 'right'}
  | {email: null | string; is: 'foreign'}
  /** `issue` is the ID of the revoked issue, where the audit log tells it. */
  | {is: 'dead'; issue: null | string}
  | {is: 'other' | 'nothing' | 'unreadable'}

export type DriftKey = {isWhole: boolean; key: string; owner: KeyOwner}

export type DriftConsumer = Omit<ReadConsumer, 'keys'> & {keys: readonly DriftKey[]}

export type Drift = Awaited<ReturnType<typeof findDrift>>

export type DriftRequest = {
  ask: AskWhich
  concurrency: number
  consumers: readonly Placed[]
  given: null | Secret
  named: Named
  /** Fails where a rotation of the credential is in flight; injected, because rotations are a layer above. */
  refuseInFlight(context: Context, name: string, authorizations: readonly Authorization[]): Promise<void>
}

/** The token of the newest issue is right. Where no consumer was named, every place with a token of any issue is a consumer. */
export async function findDrift(context: Context, {ask, concurrency, consumers: placed, given, named, refuseInFlight}: DriftRequest) {
  const {api, session} = context
  const [account, authorizations] = await Promise.all([api.account(), api.authorizations()])
  const {issues, name} = credentialOf(authorizations, named)
  const [right] = issues
  await refuseInFlight(context, name, authorizations)
  checkGiven(given, right)

  const options = {concurrency, redactedTokens: authorizations.map(({token}) => token), known: given ? [given, session] : [session]}
  const {read, scanned} = placed.length > 0 ? {read: await readConsumers(context, placed, options), scanned: null} : await readEverything(context, options)
  const tokens = read.flatMap(({id, keys}) => located({keys: keys.filter(key => isToken(key)), name: id}))
  const recorded = await recordedTokens(context, name)
  const known = [
    ...(given ? [{authorization: right, token: given}] : []),
    ...tokens.flatMap(({token}) => authorizations.filter(({id}) => recorded.get(token.fingerprint) === id).map(authorization => ({authorization, token}))),
  ]
  const ownerOf = await ownersByAsking(context, tokens, {account, ask, authorizations, concurrency, known, outgoing: right})
  const owned = read.map(({keys, ...consumer}): DriftConsumer => ({
    ...consumer,
    keys: keys.map(key => ({isWhole: key.isWhole, key: key.key, owner: isToken(key) ? ownerIn(key.token, {issues, ownerOf, recorded}) : {is: key.token}})),
  }))
  const consumers = scanned ? withKeys(owned, ({owner}) => isOf(owner, issues)) : owned
  const strays = scanned ? withKeys(owned, ({owner}) => owner.is === 'dead' && owner.issue === null) : []
  return {
    consumers,
    isDrift: consumers.some(({keys}) => keys.some(({owner}) => isWrong(owner, right))) || unclearTokens(consumers) > 1,
    issues,
    name,
    /** Null where the consumers were named. */
    scanned,
    /** `PLACE:KEY` of dead tokens of an unknown credential. */
    strays: strays.flatMap(({id, keys}) => keys.map(({key}) => `${id}:${key}`)),
  }
}

/** False for a key that may hold the right token. */
export function isWrong(owner: KeyOwner, right: Authorization): boolean {
  if (owner.is === 'unclear') return owner.among.every(({id}) => id !== right.id)
  return owner.is !== 'right' && owner.is !== 'unreadable'
}

async function readEverything(context: Context, options: Parameters<typeof scan>[1]): Promise<{read: ReadConsumer[]; scanned: Scanned}> {
  const {places, ...scanned} = await scan(context, options)
  const read = places.toSorted(byName).map(({app, keys, name}) => {
    const kind = app === null ? 'pipeline-config' : 'heroku-config'
    return {app, id: `${kind}:${name}`, keys, kind, why: null}
  })
  return {read, scanned}
}

const isToken = (key: ReadKey) => typeof key.token !== 'string'

type World = Pick<Credential, 'issues'> & {ownerOf: OwnerOf; recorded: ReadonlyMap<string, string>}

function ownerIn(token: Secret, {issues: [right, ...older], ownerOf, recorded}: World): KeyOwner {
  const owner = ownerOf(token)
  if (owner.is === 'dead') return {...owner, issue: recorded.get(token.fingerprint) ?? null}
  if (owner.is === 'unclear') return {...owner, fingerprint: token.fingerprint}
  if (owner.is !== 'listed') return owner
  const {authorization: {id}} = owner
  return {...owner, is: id === right.id ? 'right' : older.some(issue => issue.id === id) ? 'older' : 'another'}
}

function isOf(owner: KeyOwner, issues: readonly Authorization[]): boolean {
  if (owner.is === 'unclear') return owner.among.some(({id}) => issues.some(issue => issue.id === id))
  return owner.is === 'right' || owner.is === 'older' || (owner.is === 'dead' && owner.issue !== null)
}

/** Two unclear tokens that differ are drift, whichever of them is right. */
function unclearTokens(consumers: readonly DriftConsumer[]): number {
  return new Set(consumers.flatMap(({keys}) => keys.flatMap(({owner}) => (owner.is === 'unclear' ? [owner.fingerprint] : [])))).size
}
