import {constants} from 'node:fs'
import {type FileHandle, link, lstat, mkdir, open, readdir, readFile, rename, rm, stat, unlink} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {RotationError, todo} from '../errors.js'
import {typed} from '../text/shell-quote.js'
import {codeOf, ifMissing} from './system-error.js'

/** Files are 0600 in directories of 0700, and on disk (fsync) when the promise resolves. */
export type Disk = {
  append(path: string, lines: string, keep: number): Promise<void>
  claim(path: string, content: string): Promise<boolean>
  list(directory: string): Promise<string[]>
  read(path: string): Promise<null | string>
  /** Leaves the whole old content or the whole new content, never a mixture. */
  replace(path: string, content: string): Promise<void>
  /** With what a crash has left of it under other names. */
  shred(path: string): Promise<void>
}

/** Windows has no such flag. A link that stands where one of our files belongs leads somebody else's way. */
const NO_LINK = constants.O_NOFOLLOW ?? 0
const APPENDED = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | NO_LINK
const CREATED = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_LINK
const REPLACED = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | NO_LINK

const OTHERS = 0o022
const ANYBODY = 0o002
const STICKY = 0o1000

/** Refuses files and directories that others can write to, or have put there: who writes the journal says what a resume does. */
export async function refuseForeign(root: string): Promise<void> {
  const user = process.getuid?.()
  if (user === undefined) return
  // Whoever can write the directory of a directory can put another one there.
  for (let parent = dirname(root); ; parent = dirname(parent)) {
    const stats = await stat(parent).catch(() => null)
    // A HOME of /dev/null holds nothing that could be put there.
    if (stats?.isDirectory() && (stats.mode & ANYBODY) !== 0 && (stats.mode & STICKY) === 0) throw foreign(parent, 'can be written by others', typed('chmod', 'go-w', parent))
    if (parent === dirname(parent)) break
  }

  for (const directory of [root, join(root, 'rotations'), join(root, 'locks'), join(root, 'audit')]) {
    await refuseOthers(directory, user)
    for (const name of await readdir(directory).catch(() => [])) await refuseOthers(join(directory, name), user)
  }
}

async function refuseOthers(path: string, user: number): Promise<void> {
  const stats = await lstat(path).catch(() => null)
  if (!stats) return
  if (stats.isSymbolicLink()) throw foreign(path, 'is a link', typed('ls', '-ld', path))
  const sudo = stats.uid === 0 ? [`If you ran the CLI with sudo: ${typed('sudo', 'chown', '-R', String(user), path)}`] : []
  if (stats.uid !== user) throw foreign(path, 'belongs to another user', typed('ls', '-ld', path), ...sudo)
  if ((stats.mode & OTHERS) !== 0) throw foreign(path, 'can be written by others', typed('chmod', 'go-w', path))
}

function foreign(path: string, problem: string, ...steps: string[]): RotationError {
  return new RotationError('ROTATE_DISK', `${path} ${problem}: whoever writes there says what a resume does.`, {
    next: steps.map(step => todo(step)),
    now: 'Nothing was changed.',
  })
}

export function realDisk(suffix: () => string): Disk {
  const temporary = (path: string) => `${path}.${suffix()}.tmp`

  async function write(path: string, content: string, flag: number): Promise<void> {
    const file = await opened(path, flag)
    await finish(file, () => file.writeFile(content))
  }

  return {
    async append(path, lines, keep) {
      const file = await opened(path, APPENDED)
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
        // Somebody who shreds the file meanwhile takes this one for what a crash has left: the claim is lost, as to a faster one.
        if (!(await ifMissing(false, link(made, path).then(() => true)))) return false
        await syncDirectory(path)
        return true
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false
        throw error
      } finally {
        // Not shredded: after the link, the temporary file is the claimed file itself.
        await rm(made, {force: true})
      }
    },
    async list(directory) {
      return (await ifMissing([], readdir(directory))).filter(name => !name.endsWith('.tmp')).sort()
    },
    read: path => ifMissing(null, readFile(path, 'utf8')),
    async replace(path, content) {
      // The name is fixed, so that shred finds what a crash leaves; the caller holds a lock, so nobody else writes it.
      const made = halfDone(path)
      await write(made, content, REPLACED)
      await rename(made, path)
      await syncDirectory(path)
    },
    async shred(path) {
      for (const name of await ifMissing([], readdir(dirname(path)))) {
        if (name.startsWith(`${basename(path)}.`) && name.endsWith('.tmp')) await wipe(join(dirname(path), name))
      }

      await wipe(path)
    },
  }
}

const halfDone = (path: string) => `${path}.tmp`

async function wipe(path: string): Promise<void> {
  const file = await ifMissing(null, open(path, constants.O_RDWR | NO_LINK))
  if (!file) return
  await finish(file, async () => {
    const {size} = await file.stat()
    await file.write(Buffer.alloc(size), 0, size, 0)
  })
  await ifMissing(null, unlink(path))
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

/** Its directory is there but for the first time. */
async function opened(path: string, flag: number): Promise<FileHandle> {
  const file = await ifMissing(null, open(path, flag, 0o600))
  if (file) return file
  await makeDirectory(dirname(path))
  return open(path, flag, 0o600)
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
