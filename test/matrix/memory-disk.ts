import {basename, dirname} from 'node:path'

import type {Disk} from '../../src/lib/system/disk.js'

/** The files of one machine. In memory, because the thread pool of a real disk makes no two runs alike. */
export type MemoryFiles = Map<string, string>

/** What happens to one write; `half` does what a process that dies in the middle leaves. */
type Strike = 'after' | 'before' | 'full' | 'half' | null

type Ports = {
  /** Called once for every write, before it. */
  decide(): Strike
  die(): void
  files: MemoryFiles
}

/** As the real one, down to what a death in the middle of a write leaves. */
export function memoryDisk({decide, die, files}: Ports): Disk {
  async function write<T>(whole: () => T, half: () => void): Promise<T> {
    const strike = decide()
    if (strike === 'full') throw Object.assign(new Error('ENOSPC: no space left on device'), {code: 'ENOSPC', syscall: 'write'})
    if (strike === null) return whole()
    if (strike === 'after') whole()
    if (strike === 'half') half()
    die()
    return new Promise<never>(() => {})
  }

  return {
    append(path, line, keep) {
      const add = (text: string) => {
        files.set(path, Buffer.from(files.get(path) ?? '').subarray(0, keep).toString() + text)
      }

      return write(() => add(line), () => add(line.slice(0, line.length / 2)))
    },
    claim(path, content) {
      return write(() => {
        if (files.has(path)) return false
        files.set(path, content)
        return true
      }, () => files.set(`${path}.half.tmp`, content))
    },
    async list(directory) {
      return [...files.keys()].filter(path => dirname(path) === directory && !path.endsWith('.tmp')).map(path => basename(path)).sort()
    },
    async read(path) {
      return files.get(path) ?? null
    },
    replace(path, content) {
      return write(() => {
        files.delete(`${path}.tmp`)
        files.set(path, content)
      }, () => files.set(`${path}.tmp`, content))
    },
    shred(path) {
      return write(() => {
        files.delete(`${path}.tmp`)
        files.delete(path)
      }, () => files.delete(`${path}.tmp`))
    },
  }
}
