import {createHash} from 'node:crypto'
import {join} from 'node:path'

export type Paths = {
  auditHead: string
  auditLog: string
  journal(rotation: string): string
  lock(credential: string, generation: number): string
  locks: string
  root: string
  rotations: string
  sealed(rotation: string): string
  trust: string
}

export function pathsBelow(dataDir: string): Paths {
  const root = join(dataDir, 'authorizations-rotate')
  const rotations = join(root, 'rotations')
  const locks = join(root, 'locks')
  return {
    auditHead: join(root, 'audit', 'audit.head'),
    auditLog: join(root, 'audit', 'audit.jsonl'),
    journal: rotation => join(rotations, `${rotation}.jsonl`),
    lock: (credential, generation) => join(locks, `${lockName(credential)}.${generation}`),
    locks,
    root,
    rotations,
    sealed: rotation => join(rotations, `${rotation}.sealed`),
    trust: join(root, 'trust.json'),
  }
}

/** A description may hold any character; a file name may not. */
export function lockName(credential: string): string {
  return createHash('sha256').update(credential).digest('hex').slice(0, 24)
}
