import {constants, lstat, open} from 'node:fs/promises'
import {jsonIn} from '../text/json.js'
import {auditEntrySchema, linesOf} from './audit-log.js'

/** More is not read: a file that begins with that many entries is a log. */
const MOST_BYTES = 1024 * 1024

/** A name of which no shell takes what stands there for its own. */
const LOG = /\.(?:jsonl?|log|ndjson|txt)$/i

/** Whether a file has nothing but our entries, or is to be a log: an entry in anything else may be run, or break it. */
export async function isOurLog(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => null)
  if (!stats || stats.size === 0) return LOG.test(path) && (stats?.isFile() ?? true)
  if (!stats.isFile()) return false
  const text = await beginning(path).catch(() => null)
  return text !== null && linesOf(text).every(line => auditEntrySchema.safeParse(jsonIn(line)).success)
}

async function beginning(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const {buffer, bytesRead} = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0)
    const text = buffer.toString('utf8', 0, bytesRead)
    return bytesRead < MOST_BYTES ? text : text.slice(0, text.lastIndexOf('\n') + 1)
  } finally {
    await file.close()
  }
}
