import pLimit from 'p-limit'
import type {Bound} from '../rotation.js'
import type {Settle} from './deliver.js'
import type {Failures} from './failures.js'

/** Waiting takes few calls, so this many apps are waited for beside each app that is written. */
const WAITING = 5

export function groupsOf(members: readonly Bound[]): Bound[][] {
  const groups = new Map<string, Bound[]>()
  for (const member of members) {
    const {id} = member.planned
    groups.set(id, [...(groups.get(id) ?? []), member])
  }

  return [...groups.values()]
}

/** Writes to one consumer. `isSet` is called once the values are set and the rest only asks: then another write may begin. */
type Write = (group: readonly Bound[], isSet: () => void) => Promise<null | Settle>

/** A write that was started comes to its end even if another write has failed. */
export async function writeGroups(groups: readonly Bound[][], failures: Failures, write: Write): Promise<void> {
  const concurrency = Math.max(1, ...groups.flat().map(({rotation}) => rotation.plan.concurrency))
  const writing = pLimit(concurrency)
  const waiting = pLimit(concurrency * WAITING)
  const writeGroup = async (group: readonly Bound[], at: number) => {
    let members = group
    try {
      const written = await writing(async () => {
        for (const {rotation} of group) rotation.context.signal.throwIfAborted()
        members = group.filter(({rotation}) => !failures.has(rotation))
        if (members.length === 0) return null
        let isSet = () => {}
        const set = new Promise<void>(resolve => {
          isSet = resolve
        })
        const settling = write(members, isSet)
        await Promise.race([set, settling])
        return {settling}
      })
      const settle = await written?.settling
      await settle?.()
    } catch (error) {
      for (const {rotation} of members) failures.add(rotation, error, at)
    }
  }

  await Promise.all(groups.map((group, at) => waiting(() => writeGroup(group, at))))
}
