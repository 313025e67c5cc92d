import {createHash} from 'node:crypto'
import {join} from 'node:path'

export type Paths = ReturnType<typeof pathsBelow>

export function pathsBelow(dataDir: string) {
  const root = join(dataDir, 'authorizations-rotate')
  const rotations = join(root, 'rotations')
  const locks = join(root, 'locks')
  return {
    auditHead: join(root, 'audit', 'audit.head'),
    auditLog: join(root, 'audit', 'audit.jsonl'),
    journal: (rotation: string) => join(rotations, `${rotation}.jsonl`),
    lock: (credential: string, generation: number) => join(locks, `${lockName(credential)}.${generation}`),
    locks,
    root,
    rotations,
    sealed: (rotation: string) => join(rotations, `${rotation}.sealed`),
    trust: join(root, 'trust.json'),
  }
}

/** A description may hold any character; a file name may not. */
export function lockName(credential: string): string {
  return createHash('sha256').update(credential).digest('hex').slice(0, 24)
}
