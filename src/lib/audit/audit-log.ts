import {createHash} from 'node:crypto'
import * as z from 'zod'
import type {Paths} from '../journal/paths.js'
import type {Disk} from '../system/disk.js'
import {lockAudit, type LockPorts} from '../journal/lock.js'
import {jsonIn} from '../text/json.js'

/** One entry for each ended rotation, with fingerprints and IDs and never values. */
export const auditEntrySchema = z.looseObject({
  action: z.enum(['secret.rotate.completed', 'secret.rotate.failed', 'secret.rotate.rolled_back']),
  actor: z.string(),
  context: z.strictObject({
    method: z.literal('operator-assisted'),
    new_authorization_id: z.string().nullable(),
    old_authorization_id: z.string(),
    secret_name: z.string(),
  }),
  description: z.string(),
  /** Somebody that `--actor` or the rotation file named. */
  on_behalf_of: z.string().optional(),
  rotation: z.string(),
  /** ISO 8601, UTC. */
  time: z.string(),
})
export type AuditEntry = z.output<typeof auditEntrySchema>

const lineSchema = auditEntrySchema.extend({previous: z.string()})
export type AuditLine = z.output<typeof lineSchema>

/** No line follows the last one to show a change, so the head keeps its hash and the number of lines. */
const headSchema = z.strictObject({hash: z.string(), lines: z.number().int().min(0)})
type Head = z.output<typeof headSchema>

export type AuditLog = {
  /** `line` counts from 1. */
  damage: {line: number; what: string}[]
  entries: AuditLine[]
}

export type Ports = {disk: Disk; paths: Paths}

/** Each line carries the hash of the line before, so that a change shows. A repeated call for the same end adds nothing. */
export async function appendAudit(ports: LockPorts, entry: AuditEntry): Promise<void> {
  // Two rotations of different credentials may end at the same time.
  const lock = await lockAudit(entry.rotation, ports)
  try {
    await append(ports, entry)
  } finally {
    await lock.release()
  }
}

async function append({disk, paths}: Ports, entry: AuditEntry): Promise<void> {
  const text = (await disk.read(paths.auditLog)) ?? ''
  const whole = acknowledged(text)
  const lines = linesOf(whole)
  const isSame = (line: string) => {
    const parsed = lineSchema.safeParse(jsonIn(line))
    return parsed.success && parsed.data.action === entry.action && parsed.data.rotation === entry.rotation
  }

  const head = await readHead({disk, paths})
  const isWhole = agrees(head, lines)
  // A process that died right after a line had no time for the head.
  if (isWhole && head.lines < lines.length) await writeHead({disk, paths}, lines)
  if (lines.some(line => isSame(line))) return
  // After tampering at the end the new line does not follow the last one, which shows the tampering for good.
  const line = JSON.stringify({...entry, previous: isWhole ? hash(lines.at(-1)) : head.hash})
  await disk.append(paths.auditLog, `${line}\n`, Buffer.byteLength(whole))
  await writeHead({disk, paths}, [...lines, line])
}

export async function readHead({disk, paths}: Ports): Promise<Head> {
  return headSchema.catch({hash: hash(undefined), lines: 0}).parse(jsonIn((await disk.read(paths.auditHead)) ?? ''))
}

function writeHead({disk, paths}: Ports, lines: readonly string[]): Promise<void> {
  const head: Head = {hash: hash(lines.at(-1)), lines: lines.length}
  return disk.replace(paths.auditHead, `${JSON.stringify(head)}\n`)
}

const agrees = (head: Head, lines: readonly string[]) => head.hash === hash(lines[head.lines - 1])

export async function readAudit({disk, paths}: Ports): Promise<AuditLog> {
  const text = (await disk.read(paths.auditLog)) ?? ''
  const log: AuditLog = {damage: [], entries: []}
  let before: string | undefined
  const lines = linesOf(acknowledged(text))
  for (const [index, line] of lines.entries()) {
    const parsed = lineSchema.safeParse(jsonIn(line))
    if (!parsed.success) log.damage.push({line: index + 1, what: 'is not an audit entry'})
    else {
      if (parsed.data.previous !== hash(before)) {
        log.damage.push({line: index + 1, what: index === 0 ? 'does not start the log: lines before it are missing' : 'does not follow the line before it'})
      }

      log.entries.push(parsed.data)
    }

    before = line
  }

  if (log.damage.length === 0) log.damage.push(...damageAtEnd(await readHead({disk, paths}), lines))
  return log
}

function damageAtEnd(head: Head, lines: readonly string[]): AuditLog['damage'] {
  if (head.lines > lines.length) return [{line: lines.length + 1, what: 'is missing'}]
  if (!agrees(head, lines)) return [{line: head.lines, what: 'was changed'}]
  // One line more may come from a process that died before it wrote the head.
  return lines.length > head.lines + 1 ? [{line: head.lines + 1, what: 'is not known to audit.head'}] : []
}

/** Cuts off the torn line that a crash left: its append never resolved. */
const acknowledged = (text: string) => text.slice(0, text.lastIndexOf('\n') + 1)

export const linesOf = (text: string) => text.split('\n').filter(line => line !== '')

export const hash = (line: string | undefined) => createHash('sha256').update(line ?? '').digest('hex')
