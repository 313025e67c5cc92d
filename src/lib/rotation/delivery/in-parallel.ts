import pLimit from 'p-limit'
import type {Bound, Rotation} from '../rotation.js'
import type {Settle} from './deliver.js'
import type {Failures} from './failures.js'

export type Member = {bound: Bound; rotation: Rotation}

/** Waiting takes few calls, so this many apps are waited for beside each app that is written. */
const WAITING = 5

export function groupsOf(members: readonly Member[]): Member[][] {
  const groups = new Map<string, Member[]>()
  for (const member of members) {
    const {id} = member.bound.planned
    groups.set(id, [...(groups.get(id) ?? []), member])
  }

  return [...groups.values()]
}

/** A write that was started comes to its end even if another write has failed. */
export async function writeGroups(groups: readonly Member[][], failures: Failures, write: (group: readonly Member[]) => Promise<null | Settle>): Promise<void> {
  const concurrency = Math.max(1, ...groups.flat().map(({rotation}) => rotation.plan.concurrency))
  const writing = pLimit(concurrency)
  const waiting = pLimit(concurrency * WAITING)
  const writeGroup = async (group: readonly Member[], at: number) => {
    let members: readonly Member[] = group
    try {
      const settle = await writing(async () => {
        for (const {rotation} of group) rotation.context.signal.throwIfAborted()
        members = group.filter(({rotation}) => !failures.has(rotation))
        return members.length === 0 ? null : write(members)
      })
      await settle?.()
    } catch (error) {
      for (const {rotation} of members) failures.add(rotation, error, at)
    }
  }

  await Promise.all(groups.map((group, at) => waiting(() => writeGroup(group, at))))
}
