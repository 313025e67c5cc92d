import type {Rotation} from './rotation.js'

import {appendAudit} from '../journal/audit-log.js'
import {announce} from './announce.js'
import {auditEntry} from './audit-entry.js'

/** The evidence that outlives the journal, here and wherever else it was asked for. */
export async function writeEvidence(rotation: Rotation, ended: 'completed' | 'failed' | 'rolled_back'): Promise<void> {
  const entry = auditEntry(rotation, ended)
  await appendAudit(rotation.context, entry)
  await announce(rotation, entry)
}
