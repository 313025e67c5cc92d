import {type AuditLine, hash, linesOf, type Ports, readAudit, readHead} from './audit-log.js'

/** The entry of one rotation, with what its place in the log is proved by. */
export type Evidence = NonNullable<Awaited<ReturnType<typeof readEvidence>>>

/** Takes the last entry of the rotation, or the last of all; null where there is none. */
export async function readEvidence(ports: Ports, rotation: string | undefined) {
  const {damage, entries} = await readAudit(ports)
  const entry = entries.findLast(each => rotation === undefined || each.rotation === rotation)
  if (!entry) return null
  const lines = linesOf((await ports.disk.read(ports.paths.auditLog)) ?? '')
  const line = lines.findLast(each => isOf(each, entry))
  // The log had that many lines at last, as the file beside it says; the next line carries the sum of this one.
  return {damage, entry, head: await readHead(ports), sum: hash(line)}
}

const isOf = (line: string, {previous, rotation}: AuditLine) => line.includes(`"rotation":${JSON.stringify(rotation)}`) && line.includes(`"previous":${JSON.stringify(previous)}`)
