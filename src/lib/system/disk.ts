import {constants} from 'node:fs'
import {type FileHandle, link, lstat, mkdir, open, readdir, readFile, rename, rm, stat, unlink} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {RotationError, todo} from '../errors.js'
import {typed} from '../text/shell-quote.js'

/** Files are 0600 in directories of 0700, and on disk (fsync) when the promise resolves. */
export type Disk = {
  append(path: string, lines: string, keep: number): Promise<void>
  claim(path: string, content: string): Promise<boolean>
  list(directory: string): Promise<string[]>
  read(path: string): Promise<null | string>
  /** Leaves the whole old content or the whole new content, never a mixture. */
  replace(path: string, content: string): Promise<void>
  shred(path: string): Promise<void>
}

/** Windows has no such flag. A link that stands where one of our files belongs leads somebody else's way. */
const NO_LINK = constants.O_NOFOLLOW ?? 0
const APPENDED = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | NO_LINK
const CREATED = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_LINK
const REPLACED = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | NO_LINK

/** Refuses a directory that others can write to, or have put there: who writes the journal says what a resume does. */
export async function refuseForeign(root: string): Promise<void> {
  const user = process.getuid?.()
  if (user === undefined) return
  for (const directory of [root, join(root, 'rotations'), join(root, 'locks'), join(root, 'audit')]) {
    const stats = await lstat(directory).catch(() => null)
    if (!stats) continue
    const isOpen = (stats.mode & 0o022) !== 0
    const problem = stats.isSymbolicLink() ? 'is a link' : stats.uid !== user ? 'belongs to another user' : isOpen && stats.isDirectory() ? 'can be written by others' : null
    if (problem === null) continue
    throw new RotationError('ROTATE_DISK', `${directory} ${problem}: whoever writes there says what a resume does.`, {
      next: todo(problem === 'can be written by others' ? typed('chmod', 'go-w', directory) : typed('ls', '-ld', directory)),
      now: 'Nothing was changed.',
    })
  }
}

export function realDisk(suffix: () => string): Disk {
  const temporary = (path: string) => `${path}.${suffix()}.tmp`

  async function write(path: string, content: string, flag: number): Promise<void> {
    await makeDirectory(dirname(path))
    const file = await open(path, flag, 0o600)
    await finish(file, () => file.writeFile(content))
  }

  return {
    async append(path, lines, keep) {
      await makeDirectory(dirname(path))
      const file = await open(path, APPENDED, 0o600)
      const {size} = await file.stat()
      await finish(file, async () => {
        if (size > keep) await file.truncate(keep)
        await file.writeFile(lines)
      })
      if (size === 0) await syncDirectory(path)
    },
    async claim(path, content) {
      const made = temporary(path)
      try {
        await write(made, content, CREATED)
        await link(made, path)
        await syncDirectory(path)
        return true
      } catch (error) {
        if (hasCode(error, 'EEXIST')) return false
        throw error
      } finally {
        // Not shredded: after the link, the temporary file is the claimed file itself.
        await rm(made, {force: true})
      }
    },
    async list(directory) {
      try {
        return (await readdir(directory)).filter(name => !name.endsWith('.tmp')).sort()
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return []
        throw error
      }
    },
    async read(path) {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return null
        throw error
      }
    },
    async replace(path, content) {
      // The name is fixed, so that shred finds what a crash leaves; the caller holds a lock, so nobody else writes it.
      const made = halfDone(path)
      await write(made, content, REPLACED)
      await rename(made, path)
      await syncDirectory(path)
    },
    async shred(path) {
      await wipe(halfDone(path))
      await wipe(path)
    },
  }
}

const halfDone = (path: string) => `${path}.tmp`

async function wipe(path: string): Promise<void> {
  try {
    const {size} = await stat(path)
    const file = await open(path, constants.O_RDWR | NO_LINK)
    await finish(file, async () => {
      await file.write(Buffer.alloc(size), 0, size, 0)
    })
    await unlink(path)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    return
  }

  await syncDirectory(path)
}

async function finish(file: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work()
    await file.sync()
  } finally {
    await file.close()
  }
}

async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, {mode: 0o700, recursive: true})
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncDirectory(made)
}

// A new name is only on disk when its directory is.
async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory.
  if (process.platform === 'win32') return
  const directory = await open(dirname(path), 'r')
  await finish(directory, async () => {})
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
