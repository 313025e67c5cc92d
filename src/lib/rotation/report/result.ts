import type {NamedFile} from '../../system/named-files.js'
import type {Reach} from '../../system/reach.js'
import type {Plan} from '../planning/plan.js'
import type {RotationState} from '../state/state.js'
import {consumer} from '../../consumers/registry.js'
import {reachesOf} from '../../rotation-file/reaches.js'
import {modeOf} from '../modes/mode.js'
import {phasesOf} from '../phases.js'
import {durationOf} from '../planning/duration.js'
import {drainedOf, type DrainedResult} from './drained.js'

type ConsumerResult = {
  drained: null | DrainedResult
  /** Before the rotation; null where nothing restarts, or they were not counted. */
  dynos: null | number
  /** By key, before the rotation. */
  held: Record<string, 'nothing' | 'other' | 'outgoing' | 'unknown'>
  id: string
  keys: string[]
  kind: string
  /** Reason why a rollback cannot write the old value; null where it can. */
  not_restorable: null | string
  release: null | number
  role: 'consumer' | 'store'
  status: string
  unwell?: string
  wave: number
}

export type Result = {
  /** The account of the session. */
  actor: string
  api_calls: number
  /** Programs, addresses, files, projects, workflows and people, by the consumer, probe or receiver that has them. */
  besides: (Reach & {by: string})[]
  /** Calls after the plan; `left` is null where Heroku does not tell. */
  budget: null | {left: null | number; planned: number}
  consumers: ConsumerResult[]
  /** Files that programs name: no program starts once one has changed. */
  covered: string[]
  description: string
  /** In seconds, as a rule; `waiting` is for old dynos, and within the whole. */
  duration: {waiting: number; whole: number}
  /** Consumers whose dynos a person let be. */
  health_skipped?: string[]
  discovery: null | {allowed: string[]; apps: number; pipelines: number; status: 'scanned' | 'skipped'; unreadable: {keys: readonly string[]; place: string; reason: string}[]}
  incoming: null | {description: string; expires_in: null | number; id: null | string; scope: string[]}
  in_place: boolean
  next: null | string
  /** Programs, directories and files whose changes are not noticed. */
  not_covered: {path: string; reason: string}[]
  /** Worth knowing, as the plan says it. */
  notes: string[]
  /** Somebody that `--actor` or the rotation file named. */
  on_behalf_of: null | string
  outgoing: {description: string; id: string; revoked: boolean; scope: string[]}
  phases: {name: string; seconds: null | number; status: 'failed' | 'finished' | 'pending' | 'skipped'}[]
  probes: {evidence: null | string; id: string; wave: null | number}[]
  proof: null | {by: 'id' | 'shown' | 'token'; incoming_status: null | number; outgoing_status: null | number}
  rotation: string
  status: 'completed' | 'incomplete' | 'planned' | 'rolled-back'
  /** About what a person has allowed, or what cannot be given back. */
  warnings: string[]
}

const consumerStatus = {
  changed: 'pending',
  gone: 'gone',
  left: 'left',
  restored: 'restored',
  restoring: 'written',
  settled: 'written',
  untouched: 'pending',
  verified: 'verified',
  writing: 'pending',
  written: 'written',
} as const

/** The document that `--json` prints. `state` is null for a plan. */
export function resultOf(plan: Plan, state: null | RotationState, calls: number, next: null | string): Result {
  return {
    actor: plan.account.email,
    api_calls: calls,
    besides: reachesOf(plan).map(({by, reach}) => ({by, ...reach})),
    budget: plan.calls ?? null,
    consumers: plan.consumers.map(({address, dynos, holds, id, keys, kind, notRestorable, role, wave}) => {
      const delivered = state?.consumers.get(id)
      const before = consumer(address).apps.flatMap(app => plan.apps?.[app]?.unwell ?? []).map(({name, state: was}) => `${name} ${was}`)
      const unwell = state ? (delivered?.unwell ?? '') : before.join('; ')
      const status = delivered ? consumerStatus[delivered.status] : 'pending'
      return {
        drained: state ? drainedOf(state, id) : null, dynos, held: holds, id, keys, kind, not_restorable: notRestorable,
        release: delivered?.release ?? null, role, status, ...(unwell === '' ? {} : {unwell}), wave,
      }
    }),
    ...coverOf(plan.files),
    ...(state && state.skipsHealth.size > 0 ? {health_skipped: [...state.skipsHealth]} : {}),
    description: plan.name,
    duration: durationOf(plan),
    discovery: plan.discovery
      ? {...plan.discovery, unreadable: plan.discovery.unreadable.map(({keys, name, why}) => ({keys, place: name, reason: why}))}
      : null,
    incoming: {
      description: plan.incoming.description,
      expires_in: state?.incoming?.expiresIn ?? plan.incoming.expiresIn,
      id: state?.incoming?.id ?? null,
      scope: plan.incoming.scope,
    },
    in_place: plan.inPlace,
    next,
    notes: plan.remarks,
    on_behalf_of: plan.actor === plan.account.email ? null : plan.actor,
    outgoing: {
      description: plan.outgoing.description,
      id: plan.outgoing.id,
      /** In place, true once the outgoing token is dead. */
      revoked: state?.phases.get(modeOf(plan).pivot)?.status === 'finished',
      scope: plan.outgoing.scope,
    },
    phases: phasesOf(plan).map(({name}) => {
      const phase = state?.phases.get(name)
      const status = phase?.status === 'started' ? 'pending' : (phase?.status ?? 'pending')
      return {name, seconds: phase?.seconds ?? null, status}
    }),
    probes: plan.probes.map(({id, wave}) => ({evidence: state?.probes.get(id) ?? null, id, wave})),
    proof: state?.proof ? {by: state.proof.by, incoming_status: state.proof.incomingStatus, outgoing_status: state.proof.outgoingStatus} : null,
    rotation: plan.rotation,
    status: statusOf(state),
    warnings: plan.warnings,
  }
}

export function coverOf(files: readonly NamedFile[] = []): Pick<Result, 'covered' | 'not_covered'> {
  return {covered: files.flatMap(({path, why}) => (why === null ? [path] : [])), not_covered: files.flatMap(({path, why}) => (why === null ? [] : [{path, reason: why}]))}
}

function statusOf(state: null | RotationState): Result['status'] {
  if (!state) return 'planned'
  if (state.closed === 'completed' || state.closed === 'rolled-back') return state.closed
  return 'incomplete'
}
