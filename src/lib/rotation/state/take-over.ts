import type {Context} from '../../context.js'
import type {Authorization} from '../../heroku/schemas.js'
import type {Secret} from '../../secrecy/secret.js'
import type {Plan} from '../planning/plan.js'
import type {Rotation} from '../rotation.js'
import {consumer} from '../../consumers/registry.js'
import {issueOf, parseDescription, replaces, unmarked} from '../../credentials/description.js'
import {issuesOf} from '../../credentials/outgoing.js'
import {heroku, refused, RotationError, todo} from '../../errors.js'
import {lifetime} from '../../heroku/lifetime.js'
import {matchesRedacted} from '../../heroku/redaction.js'
import {distinct} from '../../inventory/owners.js'
import {type Place, withKeys} from '../../inventory/place.js'
import {list, scan} from '../../inventory/scan.js'
import {inPlaceElsewhere} from '../guards/in-flight.js'
import {noneOpen} from '../report/last-ended.js'
import {amend, openRotation, type Overrides} from './journals.js'
import {consumersOf, refuseOtherApps} from './skip-health.js'

const CONCURRENCY = 10
const TIMEOUT = 600

/** Takes over a rotation whose journal is out of reach, from its mark and a scan. A scan finds only apps, so the person is asked about the rest. */
export async function takeOverRotation(context: Context, mark: string, waits: Overrides = {}): Promise<Rotation> {
  const [account, authorizations] = await Promise.all([context.api.account(), context.api.authorizations()])
  const incoming = authorizations.find(({description}) => parseDescription(description).mark === mark)
  if (!incoming) throw await noneOpen(context, {rotation: mark})

  const {name} = issueOf(incoming)
  if (replaces(mark, incoming.id)) throw inPlaceElsewhere(incoming, context.api.now)
  const outgoing = outgoingOf(authorizations, name, mark)
  context.report({text: 'this rotation was started on another machine: looking for the apps that have its tokens', type: 'note'})
  context.report({text: 'this finds only apps: a store, a GitHub secret or a file may be left with a dead token', type: 'warning'})
  if ((await context.outside.person.agrees('Are its tokens only in config vars of apps?')) === false) {
    throw refused('ROTATE_TAKE_OVER', `You did not take over rotation ${mark}.`, todo(`On the machine that has its journal: heroku authorizations:rotate:resume --rotation ${mark}`))
  }

  const redactedTokens = [incoming.token, outgoing.token]
  const {places, unread} = await scan(context, {concurrency: CONCURRENCY, listed: list(context, false), redactedTokens, known: []})
  const holders = withKeys(places, ({token}) => redactedTokens.some(redacted => matchesRedacted(token, redacted))).map(place => ({...place, consumer: planned(place)}))
  for (const {name} of unread) context.report({text: `${name} cannot be read and stays as it is`, type: 'warning'})

  const incomingToken = only(holders, incoming)
  const outgoingToken = only(holders, outgoing) ?? (matchesRedacted(context.session, outgoing.token) ? context.session : null)
  const plan: Plan = {
    account: {email: account.email, id: account.id},
    actor: account.email,
    announce: {audit: [], notify: []},
    apps: Object.fromEntries(holders.map(({aliases: [id = null], name}) => [name, {id, unwell: []}])),
    concurrency: CONCURRENCY,
    consumers: holders.map(holder => holder.consumer),
    discovery: {allowed: [], apps: 0, pipelines: 0, status: 'scanned', unreadable: []},
    drain: null,
    drainTimeout: TIMEOUT,
    ignoreOneOff: false,
    inPlace: false,
    incoming: {description: unmarked(incoming.description), expiresIn: lifetime(incoming, context.api.now), scope: incoming.scope},
    name,
    outgoing: {
      description: outgoing.description,
      expiresIn: outgoing.expiresIn,
      fingerprint: outgoingToken?.fingerprint ?? null,
      id: outgoing.id,
      scope: outgoing.scope,
    },
    probes: [],
    remarks: [],
    rotation: mark,
    sessionIsOutgoing: context.session.equals(outgoingToken),
    timeout: TIMEOUT,
    warnings: [],
  }
  const {createdAt, description, id, scope} = incoming
  refuseOtherApps([plan], waits.skipHealth)
  const rotation = await openRotation(context, {
    adopted: {
      incoming: {createdAt, description, expiresIn: plan.incoming.expiresIn, fingerprint: incomingToken?.fingerprint ?? null, id, scope: [...scope]},
      written: holders.filter(({keys}) => keys.some(({token}) => matchesRedacted(token, incoming.token))).map(holder => holder.consumer.id),
    },
    plan: amend(plan, waits),
    sealed: {
      incoming: incomingToken && {id, token: incomingToken},
      outgoing: outgoingToken,
      // Each of these keys held the outgoing token before the rotation; where it was a part of the value, delivery puts it back there.
      previous: new Map(outgoingToken ? holders.map(({consumer: {id, keys}}) => [id, new Map(keys.map(key => [key, outgoingToken]))]) : []),
    },
    survey: null,
  })
  const ids = consumersOf(plan, waits.skipHealth ?? [])
  if (ids.length > 0) await rotation.record({ids, type: 'skipped'})
  return rotation
}

/** The ID of the rotation tells the outgoing authorization, because an older issue may be alive too. */
function outgoingOf(authorizations: readonly Authorization[], name: string, rotation: string): Authorization {
  const outgoing = issuesOf(authorizations, name).find(({id}) => replaces(rotation, id))
  if (outgoing) return outgoing
  throw new RotationError('ROTATE_TOO_LATE', `Rotation ${rotation} of ${name} has revoked the old authorization already. This cannot be undone.`, {
    exit: 'failed',
    next: {...heroku('authorizations:update', 'ID', '--description', 'NAME'), note: 'To take the name of the rotation out of the description of the one that is left'},
    now: 'This command changed nothing. The authorization that names the rotation is the one in use.',
  })
}

/** Null when nobody holds the token of the authorization, or when two values could be that token. */
function only(holders: readonly Place[], {token: redacted}: Authorization): null | Secret {
  const [first, ...more] = distinct(holders.flatMap(({keys}) => keys.map(({token}) => token)).filter(token => matchesRedacted(token, redacted)))
  return first && more.length === 0 ? first : null
}

function planned({keys: matches, name: app}: Place): Plan['consumers'][number] {
  const keys = matches.map(({key}) => key)
  const address = {app, keys, kind: 'heroku-config'} as const
  const {id, kind} = consumer(address)
  return {address, dynos: 0, holds: Object.fromEntries(keys.map(key => [key, 'outgoing'])), id, keys, kind, notRestorable: null, role: 'consumer', wave: 1}
}
