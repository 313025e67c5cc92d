import * as z from 'zod'
import type {Context} from '../context.js'
import {readAudit} from './audit-log.js'

const fingerprintsSchema = z.object({fingerprints: z.object({incoming: z.string().nullable(), outgoing: z.string().nullable()})})

/** IDs of authorizations by the fingerprints of their tokens, from the rotations that ended on this machine. */
export async function recordedTokens(context: Pick<Context, 'disk' | 'paths'>, name: string): Promise<ReadonlyMap<string, string>> {
  const recorded = new Map<string, string>()
  for (const entry of (await readAudit(context)).entries) {
    const {data} = fingerprintsSchema.safeParse(entry)
    if (!data || entry.description !== name) continue
    const {new_authorization_id: made, old_authorization_id: replaced} = entry.context
    const {incoming, outgoing} = data.fingerprints
    if (outgoing !== null) recorded.set(outgoing, replaced)
    if (incoming !== null && made !== null) recorded.set(incoming, made)
  }

  return recorded
}
