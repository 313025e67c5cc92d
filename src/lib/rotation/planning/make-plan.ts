import type {Announcement} from '../../audit/announcement.js'
import type {Placed} from '../../consumers/registry.js'
import type {Context} from '../../context.js'
import type {Plan} from './plan.js'
import type {Survey} from './survey.js'
import {incomingDescription, issueOf, parseDescription, rotationId} from '../../credentials/description.js'
import {chooseOutgoing, type Named} from '../../credentials/outgoing.js'
import {heroku, isFailure, refused, todo} from '../../errors.js'
import {lifetime} from '../../heroku/lifetime.js'
import {canManageAuthorizations} from '../../heroku/scopes.js'
import {probe, type ProbeAddress} from '../../probes/registry.js'
import {reachesOf} from '../../rotation-file/reaches.js'
import {filesOf, programsOf, type Trusting} from '../../rotation-file/trust.js'
import {typed} from '../../text/shell-quote.js'
import {changedBefore, startingKnown} from '../delivery/known-programs.js'
import {findInFlight} from '../guards/in-flight.js'
import {refuseDamaged} from '../state/journals.js'
import {countCalls} from './estimate.js'
import {findConsumers, type Looking} from './find-consumers.js'
import {appsOf, atOnce, plannedConsumer} from './planned-consumer.js'
import {scopeAdvice, uncounted, warningsOf} from './remarks.js'
import {SharedReads} from './shared-reads.js'

export type Request = {
  /** Null for the account's email. */
  actor: null | string
  announce: Announcement
  concurrency: number
  consumers: readonly Placed[]
  drain: null | number
  drainTimeout: number
  /** Seconds; undefined for the lifetime of the outgoing authorization. */
  expiresIn: number | undefined
  ignoreOneOff: boolean
  inPlace: boolean
  looking: Looking
  outgoing: Named
  probes: readonly {address: ProbeAddress; wave: null | number}[]
  /** Digests of the programs of the rotation file, as they were when its trust was looked up. */
  programs?: readonly string[] | undefined
  scope: readonly string[] | undefined
  timeout: number
  /** The rotation file, where nobody has trusted it: nobody named in it is asked, and the plan is only shown. */
  untrusted?: null | Trusting
}

export type Planned = {plan: Plan; survey: Survey}

/** Reads the world and changes nothing. */
export async function makePlan(given: Context, request: Request, reads = new SharedReads(given)): Promise<Planned> {
  const context = startingKnown(given, {...request, rotation: null})
  const {api, session} = context
  // The lists are read before the consumers: when another rotation completes in between, create finds the outgoing authorization gone.
  const [account, authorizations] = await reads.lists()
  // An authorization that is regenerated in place carries the mark itself and is never chosen, so rotations in flight are looked for first.
  if (request.outgoing.description !== undefined) await findInFlight(context, parseDescription(request.outgoing.description).name, authorizations)
  const outgoing = chooseOutgoing(authorizations, request.outgoing)
  await refuseDamaged(context, outgoing.id)
  const {name} = issueOf(outgoing)
  if (request.outgoing.description === undefined) await findInFlight(context, name, authorizations)

  // Probes are checked beside the consumers; when both fail, the error of the consumer is told.
  const probesAnswer = checkProbes(context, request)
  probesAnswer.catch(() => {})
  const {consumers, discovery, outgoingAlive, outgoingToken} = await findConsumers(context, {...request, account, authorizations, outgoing}, reads)
  await probesAnswer
  const survey: Survey = {
    account,
    authorizations,
    outgoingAlive: await outgoingAlive,
    callsLeft: api.remaining,
    consumers,
    discovery,
    outgoing,
    outgoingToken,
    reads: reads.reads,
    sessionIsOutgoing: session.equals(outgoingToken),
  }
  context.filter.add(outgoingToken)
  const plan = planFrom(request, survey, {name, now: context.api.now, rotation: rotationId(context.random.bytes(6), outgoing.id)})
  const reaches = reachesOf(plan)
  const programs = await programsOf(reaches, process.cwd())
  if (request.programs && !programs.every(digest => request.programs?.includes(digest))) throw changedBefore()
  return {plan: programs.length === 0 ? plan : {...plan, files: filesOf(reaches, [process.cwd()]), programs}, survey}
}

async function checkProbes({clock, outside, signal}: Context, {probes, untrusted}: Pick<Request, 'probes' | 'untrusted'>): Promise<void> {
  for (const {address} of probes) {
    const bound = probe(address)
    if (untrusted?.reaches.some(({by}) => by === bound.id)) continue
    try {
      await bound.check({...outside, clock, progress() {}, signal})
    } catch (error) {
      if (!isFailure(error)) throw error
      throw refused('ROTATE_PROBE', `The probe ${bound.id} does not work: ${error.happened}`, error.steps, 'failed')
    }
  }
}

export function planFrom(request: Request, survey: Survey, {name, now, rotation}: {name: string; now: number; rotation: string}): Plan {
  const {account, authorizations, outgoing, sessionIsOutgoing} = survey
  if (request.inPlace && sessionIsOutgoing) {
    const happened = 'You are logged in with the token that would be regenerated. If Heroku\'s answer were lost, nobody could log in again.'
    const another = {...heroku('authorizations:rotate', outgoing.id), note: 'To make another authorization instead'}
    throw refused('ROTATE_SELF_IN_PLACE', happened, [todo('unset HEROKU_API_KEY; heroku login'), another])
  }

  const scope = [...(request.scope ?? outgoing.scope)]
  if (sessionIsOutgoing && !canManageAuthorizations(scope)) {
    const happened = `You are logged in with the token being rotated, and a new token of scope ${scope.join(',')} may not revoke it.`
    throw refused('ROTATE_SELF_SCOPE', happened, [heroku('login'), heroku('authorizations:rotate', '--scope', 'global')])
  }

  const {discovery} = survey
  const planned = survey.consumers.map(surveyed => plannedConsumer(surveyed, survey))
  const consumers = request.inPlace ? planned.map(one => atOnce(one)) : planned
  return {
    account: {email: account.email, id: account.id},
    actor: request.actor ?? account.email,
    announce: request.announce,
    apps: appsOf(survey.consumers),
    calls: {left: survey.callsLeft, planned: countCalls({consumers, discovery, drain: request.drain, inPlace: request.inPlace})},
    concurrency: request.concurrency,
    discovery,
    consumers,
    drain: request.drain,
    drainTimeout: request.drainTimeout,
    ignoreOneOff: request.ignoreOneOff,
    inPlace: request.inPlace,
    incoming: {
      description: request.inPlace ? outgoing.description : incomingDescription(name, now, authorizations.map(({description}) => description)),
      expiresIn: request.expiresIn ?? lifetime(outgoing, now),
      scope,
    },
    name,
    outgoing: {
      description: outgoing.description,
      expiresIn: outgoing.expiresIn,
      fingerprint: survey.outgoingToken?.fingerprint ?? null,
      id: outgoing.id,
      scope: outgoing.scope,
    },
    probes: request.probes.map(({address, wave}) => ({address, id: probe(address).id, wave: request.inPlace ? null : wave})),
    remarks: [
      ...uncounted(survey),
      ...survey.consumers.flatMap(({consumer, holding}) => holding.remarks.map(remark => `${consumer.id}: ${remark}`)),
      ...(request.inPlace ? [] : scopeAdvice(survey, request.scope)),
      ...(account.two_factor_authentication === false ? [`Two-factor authentication is off for ${account.email}.`] : []),
    ],
    rotation,
    sessionIsOutgoing,
    timeout: request.timeout,
    warnings: [...untrustedWarning(request), ...warningsOf(survey, name)],
  }
}

function untrustedWarning({untrusted}: Request): string[] {
  if (!untrusted) return []
  const {path} = untrusted
  return [`${path} is not trusted on this machine, so the programs, addresses, files and workflows in it were left alone. To trust it: heroku ${typed('authorizations:rotate:trust', path)}`]
}
