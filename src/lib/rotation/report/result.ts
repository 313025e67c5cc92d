import type {NamedFile} from '../../system/named-files.js'
import type {Plan} from '../planning/plan.js'
import {consumer} from '../../consumers/registry.js'
import {reachesOf} from '../../rotation-file/reaches.js'
import {modeOf} from '../modes/mode.js'
import {phasesOf} from '../phases.js'
import {durationOf} from '../planning/estimate.js'
import {drainedOf, isFinished, type RotationState} from '../state/state.js'

/** Scripts read it: `json.schema.json` has the same, and tests compare the two. */
export type Result = ReturnType<typeof resultOf>

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
export function resultOf(plan: Plan, state: null | RotationState, calls: number, next: null | string) {
  return {
    /** The account of the session. */
    actor: plan.account.email,
    api_calls: calls,
    /** Programs, addresses, files, projects, workflows and people, by the consumer, probe or receiver that has them. */
    besides: reachesOf(plan).map(({by, reach}) => ({by, ...reach})),
    /** Calls after the plan; `left` is null where Heroku does not tell. */
    budget: plan.calls ?? null,
    consumers: plan.consumers.map(({address, dynos, holds, id, keys, kind, notRestorable, role, wave}) => {
      const delivered = state?.consumers.get(id)
      const before = consumer(address).apps.flatMap(app => plan.apps?.[app]?.unwell ?? []).map(({name, state: was}) => `${name} ${was}`)
      const unwell = state ? (delivered?.unwell ?? '') : before.join('; ')
      const status = delivered ? consumerStatus[delivered.status] : 'pending'
      return {
        // Before the rotation: the dynos, null where nothing restarts or nobody counted; what each key held; why a rollback cannot write that.
        drained: state ? drainedOf(state, id) : null, dynos, held: holds, id, keys, kind, not_restorable: notRestorable,
        release: delivered?.release ?? null, role, status, ...(unwell === '' ? {} : {unwell}), wave,
      }
    }),
    // Files that programs name, where no program starts once one has changed; programs, directories and files whose changes are not noticed.
    ...coverOf(plan.files),
    // Consumers whose dynos a person let be.
    ...(state && state.skipsHealth.size > 0 ? {health_skipped: [...state.skipsHealth]} : {}),
    description: plan.name,
    /** In seconds, as a rule; `waiting` is for old dynos, and within the whole. */
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
    /** Worth knowing, as the plan says it. */
    notes: plan.remarks,
    /** Somebody that `--actor` or the rotation file named. */
    on_behalf_of: plan.actor === plan.account.email ? null : plan.actor,
    outgoing: {
      description: plan.outgoing.description,
      id: plan.outgoing.id,
      /** In place, true once the outgoing token is dead. After a rollback, true where somebody else has revoked it. */
      revoked: state !== null && (state.isOrphaned || isFinished(state, modeOf(plan).pivot)),
      scope: plan.outgoing.scope,
    },
    phases: phasesOf(plan).map(({name}): {name: string; seconds: null | number; status: 'failed' | 'finished' | 'pending'} => {
      const phase = state?.phases.get(name)
      const status = phase && phase.status !== 'started' ? phase.status : 'pending'
      return {name, seconds: phase?.seconds ?? null, status}
    }),
    probes: plan.probes.map(({id, wave}) => ({evidence: state?.probes.get(id) ?? null, id, wave})),
    proof: state?.proof ? {by: state.proof.by, incoming_status: state.proof.incomingStatus, outgoing_status: state.proof.outgoingStatus} : null,
    rotation: plan.rotation,
    status: statusOf(state),
    /** About what a person has allowed, or what cannot be given back. */
    warnings: plan.warnings,
  }
}

export function coverOf(files: readonly NamedFile[] = []) {
  return {covered: files.flatMap(({path, why}) => (why === null ? [path] : [])), not_covered: files.flatMap(({path, why}) => (why === null ? [] : [{path, reason: why}]))}
}

function statusOf(state: null | RotationState): 'completed' | 'incomplete' | 'planned' | 'rolled-back' {
  if (!state) return 'planned'
  if (state.closed === 'completed' || state.closed === 'rolled-back') return state.closed
  return 'incomplete'
}
