import type {Values} from '../../consumers/adapter.js'
import type {Context} from '../../context.js'
import type {Authorization} from '../../heroku/schemas.js'
import type {Plan} from '../planning/plan.js'
import type {Rotation} from '../rotation.js'

import {consumer} from '../../consumers/registry.js'
import {parseDescription, replaces} from '../../credentials/description.js'
import {refused, RotationError} from '../../errors.js'
import {lifetime} from '../../heroku/lifetime.js'
import {matchesHint} from '../../heroku/redaction.js'
import {findHolders, type Holder} from '../../inventory/holders.js'
import {inPlaceElsewhere} from '../guards/in-flight.js'
import {amend, openRotation, type Overrides} from './journals.js'

const CONCURRENCY = 10
const TIMEOUT = 600

/**
 * Takes over a rotation whose journal is on a machine that is gone, from what the world still shows of
 * it: its mark, and which apps hold which of the two tokens. What else holds one only a person can know, who
 * is asked with `agrees` where there is one.
 */
export async function adoptRotation(context: Context, mark: string, waits: Overrides = {}, agrees: null | ((question: string) => Promise<boolean>) = null): Promise<Rotation> {
  const [account, authorizations] = await Promise.all([context.api.account(), context.api.authorizations()])
  const incoming = authorizations.find(({description}) => parseDescription(description).mark === mark)
  if (!incoming) {
    throw refused('ROTATE_NONE', `No rotation ${mark} is in flight: neither this machine nor a description knows it.`, 'heroku authorizations:rotate:status')
  }

  const parsed = parseDescription(incoming.description)
  if (replaces(mark, incoming.id)) throw inPlaceElsewhere(incoming, context.clock.now())
  const outgoing = outgoingOf(authorizations, parsed.name, mark)
  context.report({text: 'no journal of this rotation is on this machine: looking for the apps that hold its tokens', type: 'note'})
  context.report({text: 'only apps are found: a store, a GitHub secret or a file that holds one of its tokens may be left with a dead one', type: 'warning'})
  if (agrees && !(await agrees('Do only config vars of apps hold its tokens?'))) {
    throw refused('ROTATE_TAKE_OVER', `Rotation ${mark} was not taken over.`, `On the machine that has its journal: heroku authorizations:rotate:resume --rotation ${mark}`)
  }

  const {found, unreadable} = await findHolders(context, [incoming.token, outgoing.token], CONCURRENCY)
  for (const app of unreadable) context.report({text: `${app}: this account may not read its config vars, so it is left alone`, type: 'warning'})

  const incomingToken = only(found, incoming)
  const outgoingToken = only(found, outgoing) ?? (matchesHint(context.session, outgoing.token) ? context.session : null)
  const plan: Plan = {
    account: {email: account.email, id: account.id},
    actor: account.email,
    announce: {audit: [], notify: []},
    concurrency: CONCURRENCY,
    consumers: found.map(({app, held}) => planned(app, [...held.keys()])),
    discovery: {allowed: [], apps: 0, pipelines: 0, status: 'scanned', unreadable: unreadable.map(name => ({keys: [], name, why: 'this account may not read it'}))},
    drain: null,
    drainTimeout: TIMEOUT,
    ignoreOneOff: false,
    inPlace: false,
    incoming: {
      description: incoming.description.slice(0, incoming.description.lastIndexOf(' (rotation ')),
      expiresIn: lifetime(incoming, context.clock.now()),
      scope: incoming.scope,
    },
    name: parsed.name,
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
  return openRotation(context, {
    adopted: {
      incoming: {createdAt, description, expiresIn: plan.incoming.expiresIn, fingerprint: incomingToken?.fingerprint ?? null, id, scope: [...scope]},
      written: found.filter(({held}) => [...held.values()].some(value => matchesHint(value, incoming.token))).map(({app, held}) => idOf(app, held)),
    },
    plan: amend(plan, waits),
    sealed: {
      incoming: incomingToken && {id, token: incomingToken},
      outgoing: outgoingToken,
      // Before its rotation every one of them held the outgoing token.
      previous: outgoingToken
        ? new Map(found.map(({app, held}): [string, Values] => [idOf(app, held), new Map([...held.keys()].map(key => [key, outgoingToken]))]))
        : new Map(),
    },
    survey: null,
  })
}

/** The rotation's own id tells; an older issue of the credential that is alive too is not it. */
function outgoingOf(authorizations: readonly Authorization[], name: string, rotation: string): Authorization {
  const found = authorizations.find(({description, id}) => {
    const parsed = parseDescription(description)
    return parsed.mark === null && parsed.name === name && replaces(rotation, id)
  })
  if (found) return found
  throw new RotationError('ROTATE_TOO_LATE', `Rotation ${rotation} of ${name} had revoked its outgoing authorization already; there is no way back.`, {
    next: 'heroku authorizations:update ID --description NAME, to take the mark off the one that is left',
    now: 'Nothing was changed by this command. The marked authorization is the one in use.',
  })
}

/** Null when nobody holds it, or when two values could be it. */
function only(found: readonly Holder[], {token: hint}: Authorization) {
  const values = found.flatMap(({held}) => [...held.values()]).filter(value => matchesHint(value, hint))
  const [first] = values
  return first && values.every(value => first.equals(value)) ? first : null
}

function address(app: string, keys: string[]) {
  return {app, keys, kind: 'heroku-config'} as const
}

function idOf(app: string, held: ReadonlyMap<string, unknown>): string {
  return consumer(address(app, [...held.keys()])).id
}

function planned(app: string, keys: string[]): Plan['consumers'][number] {
  const at = address(app, keys)
  const {id, kind} = consumer(at)
  return {address: at, dynos: 0, holds: Object.fromEntries(keys.map(key => [key, 'outgoing'])), id, keys, kind, notRestorable: null, role: 'consumer', wave: 1}
}
