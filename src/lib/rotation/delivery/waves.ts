import type {Bound, Rotation} from '../rotation.js'
import type {Failures} from './failures.js'
import {refuseDead} from '../incoming/dead.js'
import {wavesOf} from '../planning/plan.js'
import {askProbes} from './ask-probes.js'
import {deliver, type Delivery} from './deliver.js'
import {refuseForeignChange} from './foreign-change.js'
import {groupsOf, writeGroups} from './in-parallel.js'
import {withinReach} from './reach.js'

/** A canary takes minutes to come up, and a process may be stopped for hours. */
const TRIED_FOR_MS = 60_000

const now = ([rotation]: readonly Rotation[]) => rotation?.context.clock.now() ?? 0

/** Writes wave by wave, the canary first, and begins a wave when the one before is healthy. */
export async function writeWaves(rotations: readonly Rotation[], failures: Failures): Promise<void> {
  // An app that was moved to an earlier wave may have left a probe alone in its old wave.
  const waves = new Set(rotations.flatMap(({plan}) => [...wavesOf(plan), ...plan.probes.flatMap(({wave}) => wave ?? [])]))
  let triedAt = now(rotations)
  let trial = Promise.resolve()
  const tryAgain = () => {
    if (now(rotations) - triedAt >= TRIED_FOR_MS) {
      triedAt = now(rotations)
      trial = failures.among(rotations, refuseDead)
    }

    return trial
  }

  for (const wave of [...waves].sort((a, b) => a - b)) {
    const going = rotations.filter(rotation => !failures.has(rotation))
    await write(going.flatMap(rotation => rotation.consumers(wave)), failures, tryAgain)
    await failures.among(going, rotation => askProbes(rotation, wave))
  }
}

export async function write(members: readonly Bound[], failures: Failures, before = async () => {}): Promise<void> {
  const groups = groupsOf(members)
  await writeGroups(groups, failures, async (group, isSet) => {
    await before()
    const [first, ...others] = await deliveriesOf(group, failures)
    if (!first) return null
    const deliveries = [first, ...others]
    const settle = await withinReach(deliveries, null, () => deliver([first, ...others], {direction: 'forward', isSet, parallelism: groups.length}))
    return settle && (() => withinReach(deliveries, undefined, settle))
  })
}

async function deliveriesOf(group: readonly Bound[], failures: Failures): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  await Promise.all(group.map(bound => failures.among([bound.rotation], async rotation => {
    const isThere = await withinReach([bound], false, async () => refuseForeignChange(bound).then(() => true))
    const {token} = rotation.requireIncoming()
    if (isThere) deliveries.push({...bound, values: new Map(bound.consumer.keys.map(key => [key, token]))})
  })))
  return deliveries
}
