import type {Plan} from '../planning/plan.js'
import type {Rotation} from '../rotation.js'
import {appendAudit, type AuditEntry} from '../../audit/audit-log.js'
import {announce} from '../../audit/sinks.js'
import {drainedOf, type RotationState} from '../state/state.js'

/** Evidence for people, with fingerprints and never values. */
function auditEntry({context, plan, state, tokens}: Rotation, ended: 'completed' | 'failed' | 'rolled_back'): AuditEntry {
  const first = plan.consumers.find(({role}) => role === 'store') ?? plan.consumers[0]
  return {
    action: `secret.rotate.${ended}`,
    actor: plan.account.email,
    ...(plan.actor === plan.account.email ? {} : {on_behalf_of: plan.actor}),
    consumers: plan.consumers.map(({dynos, id, keys, role, wave}) => {
      const consumer = state.consumers.get(id)
      const unwell = consumer?.unwell ? {unwell: consumer.unwell} : {}
      return {drained: drainedOf(state, id), dynos, id, keys, release: consumer?.release ?? null, role, stamp: consumer?.stamp ?? null, status: consumer?.status ?? 'pending', ...unwell, wave}
    }),
    context: {
      method: 'operator-assisted',
      new_authorization_id: state.incoming?.id ?? null,
      old_authorization_id: plan.outgoing.id,
      secret_name: first?.keys[0] ?? plan.name,
    },
    description: plan.name,
    discovery: discovered(plan, state),
    fingerprints: {incoming: tokens.incoming?.token.fingerprint ?? null, outgoing: tokens.outgoing?.fingerprint ?? null},
    // The phase that writes the entry is still running, so its outcome is not known.
    phases: [...state.phases].filter(([, {status}]) => status !== 'started').map(([name, {seconds, status}]) => ({name, seconds, status})),
    probes: [...state.probes].map(([id, evidence]) => ({evidence, id})),
    proof: state.proof && {by: state.proof.by, incoming: state.proof.incomingStatus, outgoing: state.proof.outgoingStatus},
    ...(state.skipsHealth.size > 0 ? {health_skipped: [...state.skipsHealth]} : {}),
    ...(plan.inPlace ? {in_place: true} : {}),
    rotation: plan.rotation,
    time: new Date(context.api.now).toISOString(),
  }
}

function discovered({discovery}: Plan, {scanned}: RotationState) {
  if (discovery?.status !== 'scanned') return {status: 'skipped'}
  const {allowed, apps, pipelines, unreadable} = discovery
  return {
    allowed,
    apps,
    before_revoke: scanned && {apps: scanned.apps, pipelines: scanned.pipelines, unreadable: scanned.unreadable.length},
    pipelines,
    status: 'scanned',
    unread: unreadable.map(({keys, name, why}) => ({keys, place: name, reason: why})),
  }
}

export async function writeEvidence(rotation: Rotation, ended: 'completed' | 'failed' | 'rolled_back'): Promise<void> {
  const entry = auditEntry(rotation, ended)
  await appendAudit(rotation.context, entry)
  await announce(rotation.context, rotation.plan.announce, entry)
}
