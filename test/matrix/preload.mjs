/*
 * Loaded into the plugin's process before anything of it (NODE_OPTIONS=--import):
 *
 * MATRIX_CLOCK=ORIGIN,SPEED   time passes SPEED times faster since ORIGIN
 * MATRIX_DIE=HOW:N            the process dies at its Nth fsync: `kept` right after it, `lost` right before it and
 *                             with it everything that was not fsynced, as in a power failure, `torn` with half of
 *                             the file that is being written
 * MATRIX_WRITES=FILE          a line for each fsync
 */
import {appendFileSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs'
import files from 'node:fs/promises'
import {syncBuiltinESMExports} from 'node:module'
import {dirname, resolve} from 'node:path'
import timers from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {isMainThread} from 'node:worker_threads'

const {MATRIX_CLOCK: clock, MATRIX_DIE: die, MATRIX_WRITES: writes} = process.env

function speedUp(origin, speed) {
  const now = Date.now
  const sleep = timers.setTimeout
  Date.now = () => Math.floor(origin + (now() - origin) * speed)
  // The plugin's clock is the monotonic one.
  performance.now = () => Date.now() - performance.timeOrigin
  timers.setTimeout = (ms, ...rest) => sleep(ms / speed, ...rest)
}

async function watchDisk(how, fatal) {
  const self = await files.open(fileURLToPath(import.meta.url))
  const prototype = Object.getPrototypeOf(self)
  await self.close()
  const {link, mkdir, open, rename, unlink} = files
  const {sync, writeFile} = prototype
  const paths = new WeakMap()
  /** How long each file is on disk, as far as that is known, while it has more than that in memory. */
  const sizes = new Map()
  /** What a power failure does to names: for each directory, how to take back what it has not synced. */
  const unsynced = new Map()
  const later = (path, takeBack) => {
    const directory = dirname(resolve(path))
    unsynced.set(directory, [takeBack, ...(unsynced.get(directory) ?? [])])
  }

  const contentOf = path => files.readFile(path).catch(() => null)
  const putBack = (path, content) => {
    if (content === null) rmSync(path, {force: true})
    else writeFileSync(path, content, {mode: 0o600})
  }

  let count = 0

  function cut(path, share) {
    const before = sizes.get(path)
    const size = statSync(path, {throwIfNoEntry: false})?.size // none: it was renamed or removed
    if (before === undefined || size === undefined) return
    truncateSync(path, before + Math.floor((size - before) * share))
  }

  // In one turn of the event loop: what the process wrote meanwhile would follow what it has just lost.
  async function fail(handle, path) {
    if (how === 'kept') await sync.call(handle)
    if (how === 'torn') cut(path, 0.5)
    if (how === 'lost') {
      for (const unsyncedFile of sizes.keys()) cut(unsyncedFile, 0)
      for (const takeBack of [...unsynced.values()].flat()) takeBack()
    }

    process.kill(process.pid, 'SIGKILL')
    await new Promise(() => {})
  }

  files.open = async (path, flags, ...rest) => {
    const isNew = flags !== 'r' && (await contentOf(path)) === null
    const handle = await open(path, flags, ...rest)
    paths.set(handle, resolve(path))
    if (isNew) later(path, () => putBack(path, null))
    return handle
  }

  files.mkdir = async (...args) => {
    const first = await mkdir(...args)
    if (first !== undefined) later(first, () => rmSync(first, {force: true, recursive: true}))
    return first
  }

  files.rename = async (from, to) => {
    const [source, target] = [await contentOf(from), await contentOf(to)]
    await rename(from, to)
    const size = sizes.get(resolve(from))
    sizes.delete(resolve(from))
    if (size !== undefined) sizes.set(resolve(to), size)
    later(to, () => {
      putBack(from, source)
      putBack(to, target)
    })
  }

  files.link = async (from, to) => {
    await link(from, to)
    later(to, () => putBack(to, null))
  }

  files.unlink = async path => {
    const content = await contentOf(path)
    await unlink(path)
    later(path, () => putBack(path, content))
  }

  prototype.writeFile = async function (...args) {
    const path = paths.get(this)
    if (!sizes.has(path)) sizes.set(path, (await this.stat()).size)
    return writeFile.apply(this, args)
  }

  prototype.sync = async function () {
    const path = paths.get(this)
    count += 1
    if (writes) appendFileSync(writes, `${path}\n`)
    if (count === fatal) await fail(this, path)
    const covered = new Set(unsynced.get(path))
    await sync.call(this)
    sizes.delete(path)
    unsynced.set(path, (unsynced.get(path) ?? []).filter(takeBack => !covered.has(takeBack))) // not what came meanwhile
  }
}

if (isMainThread) {
  const [origin, speed] = (clock ?? '0,1').split(',').map(Number)
  const [how, fatal] = (die ?? 'never:0').split(':')
  if (clock) speedUp(origin, speed)
  if (die || writes) await watchDisk(how, Number(fatal))
  syncBuiltinESMExports()
}
