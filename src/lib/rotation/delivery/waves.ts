import type {Rotation} from '../rotation.js'
import type {Failures} from './failures.js'
import {refuseDead} from '../incoming/dead.js'
import {wavesOf} from '../planning/plan.js'
import {askProbes} from './ask-probes.js'
import {deliver, type Delivery} from './deliver.js'
import {refuseForeignChange} from './foreign-change.js'
import {groupsOf, type Member, writeGroups} from './in-parallel.js'
import {withinReach} from './reach.js'

/** A canary takes minutes to come up, and a process may be stopped for hours. */
const TRIED_FOR_MS = 60_000

const now = ([rotation]: readonly Rotation[]) => rotation?.context.clock.now() ?? 0

/** Writes wave by wave, the canary first, and begins a wave when the one before is healthy. */
export async function writeWaves(rotations: readonly Rotation[], failures: Failures): Promise<void> {
  // An app that was moved to an earlier wave may have left a probe alone in its old wave.
  const waves = new Set(rotations.flatMap(({plan}) => [...wavesOf(plan), ...plan.probes.flatMap(({wave}) => wave ?? [])]))
  let triedAt = now(rotations)
  for (const wave of [...waves].sort((a, b) => a - b)) {
    if (now(rotations) - triedAt >= TRIED_FOR_MS) {
      await failures.among(rotations, refuseDead)
      triedAt = now(rotations)
    }

    const going = rotations.filter(rotation => !failures.has(rotation))
    const members = going.flatMap(rotation => rotation.consumers(wave).map(bound => ({bound, rotation})))
    const groups = groupsOf(members)
    await writeGroups(groups, failures, async (group, isSet) => {
      const [first, ...others] = await deliveriesOf(group, failures)
      if (!first) return null
      const members = [first, ...others]
      const settle = await withinReach(members, null, () => deliver([first, ...others], {direction: 'forward', isSet, parallelism: groups.length}))
      return settle && (() => withinReach(members, undefined, settle))
    })
    await failures.among(going, rotation => askProbes(rotation, wave))
  }
}

async function deliveriesOf(group: readonly Member[], failures: Failures): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  await failures.among(group.map(({rotation}) => rotation), async rotation => {
    for (const {bound} of group.filter(member => member.rotation === rotation)) {
      const isThere = await withinReach([{bound, rotation}], false, async () => refuseForeignChange(rotation, bound).then(() => true))
      if (!isThere) continue
      const {token} = rotation.requireIncoming()
      deliveries.push({bound, rotation, values: new Map(bound.consumer.keys.map(key => [key, token]))})
    }
  })
  return deliveries
}
