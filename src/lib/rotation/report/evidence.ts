import type {Rotation} from '../rotation.js'

import {appendAudit} from '../../audit/audit-log.js'
import {announce} from '../../audit/sinks.js'
import {auditEntry} from './audit-entry.js'

export async function writeEvidence(rotation: Rotation, ended: 'completed' | 'failed' | 'rolled_back'): Promise<void> {
  const entry = auditEntry(rotation, ended)
  await appendAudit(rotation.context, entry)
  await announce(rotation.context, rotation.plan.announce, entry)
}
