import type {Context} from '../../context.js'
import {readAudit} from '../../audit/audit-log.js'
import {age} from '../../text/duration.js'

/** Says how the last rotation of the credential, or of any, has ended; null where none is in the audit log. */
export async function lastEnded(context: Pick<Context, 'clock' | 'disk' | 'paths'>, name?: string): Promise<null | string> {
  const {entries} = await readAudit(context)
  const last = entries.findLast(({description}) => name === undefined || description === name)
  if (!last) return null
  const outcome = last.action.slice('secret.rotate.'.length).replace('_', ' ')
  const final = outcome === 'completed' ? '; a revoked token cannot be brought back' : ''
  return `The last rotation of ${last.description} ended ${age(context.clock.now() - Date.parse(last.time))} ago (${outcome})${final}.`
}
