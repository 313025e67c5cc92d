import {mkdirSync, rmSync} from 'node:fs'
import {mkdir, rename, rm, stat} from 'node:fs/promises'
import {setTimeout as pause} from 'node:timers/promises'

/** Longer than anything takes that is made only once. */
const STALE_MS = 400_000

export const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false)

/** Makes a directory that other processes want as well; answers how long it took, and null where it was there. */
export async function onlyOnce(target: string, make: (partial: string) => Promise<void>): Promise<null | number> {
  const lock = `${target}.lock`
  while (!await exists(target)) {
    try {
      mkdirSync(lock)
    } catch {
      const {mtimeMs} = await stat(lock).catch(() => ({mtimeMs: Date.now()}))
      if (Date.now() - mtimeMs > STALE_MS) await rm(lock, {force: true, recursive: true})
      await pause(100)
      continue
    }

    try {
      if (await exists(target)) return null
      const startedAt = performance.now()
      const partial = `${target}.partial`
      await rm(partial, {force: true, recursive: true})
      await mkdir(partial)
      await make(partial)
      await rename(partial, target)
      return performance.now() - startedAt
    } finally {
      rmSync(lock, {force: true, recursive: true})
    }
  }

  return null
}
