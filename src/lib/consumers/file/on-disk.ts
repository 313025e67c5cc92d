import {existsSync, readFileSync, renameSync, type Stats, unlinkSync} from 'node:fs'
import {access, constants, lstat, open, readFile, realpath, rm, stat} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {RotationError, todo} from '../../errors.js'
import {codeOf, ifMissing} from '../../system/system-error.js'
import {typed} from '../../text/shell-quote.js'

const LARGEST_BYTES = 4_000_000
/** Property lists, databases and archives tell lengths and places, which a token of another length makes wrong. */
const BINARY = ['bplist', 'SQLite format 3\0', 'PK\u0003\u0004']

/** Reasons that no listing of the directory shows. */
const WHY: ReadonlyMap<string, string> = new Map([
  ['EBUSY', ': something is mounted at that name, as in a container'],
  ['EPERM', ': it or its directory may be immutable, see lsattr'],
  ['EROFS', ': the file system is read-only'],
])

/** A file as it was found; null for its bytes and what is known of it where there is none yet. */
export type Found = {
  bytes: Buffer | null
  path: string
  stats: null | Stats
}

/** Reads it, when it is one that can be replaced and that nobody else could have written. */
export async function look(path: string): Promise<Found> {
  try {
    const real = await resolved(path)
    await checkDirectory(dirname(real))
    const stats = await ifMissing(null, stat(real))
    if (!stats) return {bytes: null, path: real, stats: null}
    checkFile(path, stats)
    const bytes = await readFile(real)
    if (BINARY.some(begin => bytes.toString('latin1', 0, begin.length) === begin)) throw refusal(`${path} is not text, and would be damaged`, typed('file', path))
    return {bytes, path: real, stats}
  } catch (error) {
    throw told(error, path, 'read')
  }
}

/**
 * Puts the bytes (null: no file) in the place of what was found; false where that has changed since.
 *
 * `name` tells the temporary file from those of other rotations. What an earlier process left of it is removed.
 */
export async function replace(found: Found, bytes: Buffer | null, name: string): Promise<boolean> {
  const temporary = temporaryOf(found, name)
  try {
    await rm(temporary, {force: true})
    if (bytes !== null) await write(temporary, bytes, found.stats)
    return commit(found, bytes === null ? null : temporary)
  } catch (error) {
    throw told(error, found.path, 'replaced')
  } finally {
    await rm(temporary, {force: true})
  }
}

/** Makes what was replaced last: a new name is only on disk when its directory is. */
export async function keep({path}: Found): Promise<void> {
  if (ownUser() === null) return
  try {
    const directory = await open(dirname(path), 'r')
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  } catch (error) {
    throw told(error, path, 'replaced')
  }
}

/** What an earlier process was killed over. */
export async function sweep(found: Found, name: string): Promise<void> {
  try {
    await rm(temporaryOf(found, name), {force: true})
  } catch (error) {
    throw told(error, found.path, 'replaced')
  }
}

// No await: nothing of this process can come between the last look and the rename.
function commit({bytes, path}: Found, temporary: null | string): boolean {
  const isSame = bytes === null ? !existsSync(path) : existsSync(path) && readFileSync(path).equals(bytes)
  if (!isSame) return false
  if (temporary === null) unlinkSync(path)
  else renameSync(temporary, path)
  return true
}

async function write(path: string, bytes: Buffer, like: null | Stats): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    const made = await file.stat()
    if (like && (made.uid !== like.uid || made.gid !== like.gid)) await file.chown(like.uid, like.gid)
    if (like) await file.chmod(like.mode & 0o7777)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function resolved(path: string): Promise<string> {
  const real = await ifMissing(null, realpath(path))
  if (real !== null) return real
  const stats = await ifMissing(null, lstat(path))
  if (stats?.isSymbolicLink()) throw refusal(`${path} is a link to a file that does not exist`, typed('rm', path))
  const directory = await ifMissing(null, realpath(dirname(path)))
  if (directory !== null) return join(directory, basename(path))
  throw refusal(`${path}: there is no directory ${dirname(path)}`, typed('mkdir', '-p', dirname(path)))
}

async function checkDirectory(directory: string): Promise<void> {
  const {mode} = await stat(directory)
  // In a sticky one others cannot rename what is not theirs.
  if (ownUser() !== null && (mode & 0o002) !== 0 && (mode & 0o1000) === 0) {
    throw refusal(`anybody can replace files in ${directory}`, typed('chmod', 'o-w', directory))
  }

  try {
    await access(directory, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw told(error, directory, 'written, so no file in it can be replaced')
  }
}

function checkFile(path: string, stats: Stats): void {
  if (!stats.isFile()) throw refusal(`${path} is not a regular file`, typed('ls', '-ld', path))
  if (stats.size > LARGEST_BYTES) throw refusal(`${path} is too large for a settings file`, typed('ls', '-l', path))
  if (stats.nlink > 1) throw refusal(`${path} has a second name (a hard link), which would keep the old token`, typed('ls', '-li', path))
  const user = ownUser()
  if (user === null) return
  if ((stats.mode & 0o022) !== 0) throw refusal(`others can write ${path}`, typed('chmod', 'go-w', path))
  if (user !== 0 && stats.uid !== user) throw refusal(`${path} belongs to another user`, typed('ls', '-l', path))
}

const temporaryOf = ({path}: Found, name: string) => join(dirname(path), `.${basename(path)}.${name}.rotating`)

/** Null on Windows, which has neither users nor modes of this kind, and cannot open a directory. */
const ownUser = () => process.getuid?.() ?? null

function refusal(happened: string, next: string): RotationError {
  return new RotationError('ROTATE_FILE', `${happened}.`, {exit: 'failed', next: todo(next)})
}

function told(error: unknown, path: string, what: string): unknown {
  const code = codeOf(error)
  if (code === null || error instanceof RotationError) return error
  return refusal(`${path} cannot be ${what} (${code}${WHY.get(code) ?? ''})`, typed('ls', '-ld', dirname(path), path))
}
