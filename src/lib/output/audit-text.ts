import type {AuditLine, AuditLog} from '../audit/audit-log.js'
import type {Styles} from './styles.js'
import {shown} from '../text/shown.js'

export function auditText(log: AuditLog, styles: Styles): string {
  const {entries} = shown(log)
  if (entries.length === 0) return 'The audit log is empty.\n'
  return entries.map(entry => line(entry, styles)).join('')
}

function line({action, actor, context, description, on_behalf_of: named, rotation, time}: AuditLine, styles: Styles): string {
  const outcome = action.slice('secret.rotate.'.length).replace('_', ' ')
  const shown = outcome === 'completed' ? styles.good(outcome) : styles.warn(outcome)
  return [
    `${time}  ${shown}  ${styles.heading(description)}  by ${actor}${named === undefined ? '' : ` on behalf of ${named}`}`,
    `  ${outcome === 'completed' ? replaced(context) : `${context.old_authorization_id} was not revoked by it`}  rotation ${rotation}`,
    '',
  ].join('\n')
}

/** In place the authorization stays. */
function replaced({new_authorization_id: made, old_authorization_id: old}: AuditLine['context']): string {
  return made === old ? `${old} with a new token` : `${old} → ${made ?? 'none'}`
}
