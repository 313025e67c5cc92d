import type {Rotation} from '../rotation.js'
import {count} from '../../text/count.js'
import {askProbes} from '../delivery/ask-probes.js'
import {deliver, type Delivery} from '../delivery/deliver.js'
import {Failures} from '../delivery/failures.js'
import {refuseForeignChange} from '../delivery/foreign-change.js'
import {groupsOf, type Member, writeGroups} from '../delivery/groups.js'
import {restore} from '../delivery/restore.js'
import {wavesOf} from '../planning/plan.js'
import {restoreStore} from './store.js'

/** Writes the incoming token wave by wave, and begins a wave when the one before is healthy; an app with several tokens is written once. */
export function fanout(rotations: readonly Rotation[]): ReadonlyMap<Rotation, Promise<string>> {
  const failures = new Failures()
  const written = writeWaves(rotations, failures)
  return new Map(rotations.map(rotation => [rotation, written.then(() => outcomeOf(rotation, failures))]))
}

async function writeWaves(rotations: readonly Rotation[], failures: Failures): Promise<void> {
  const parallelism = new Set(rotations.flatMap(({plan}) => plan.consumers.map(({id}) => id))).size
  // An app that was moved to an earlier wave may have left a probe alone in its old wave.
  const waves = new Set(rotations.flatMap(({plan}) => [...wavesOf(plan), ...plan.probes.flatMap(({wave}) => wave ?? [])]))
  for (const wave of [...waves].sort((a, b) => a - b)) {
    const going = rotations.filter(rotation => !failures.has(rotation))
    const members = going.flatMap(rotation => rotation.consumers(wave).map(bound => ({bound, rotation})))
    await writeGroups(groupsOf(members), failures, async group => {
      const [first, ...others] = await deliveriesOf(group, failures)
      return first ? deliver([first, ...others], {parallelism, direction: 'forward'}) : null
    })
    await failures.among(going, async rotation => {
      await askProbes(rotation, wave)
    })
  }
}

function outcomeOf(rotation: Rotation, failures: Failures): string {
  if (failures.has(rotation)) throw failures.of(rotation)
  const written = rotation.plan.consumers.filter(({role}) => role === 'consumer').length
  return `${count(written, 'consumer holds', 'consumers hold')} the incoming token`
}

async function deliveriesOf(group: readonly Member[], failures: Failures): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  await failures.among(group.map(({rotation}) => rotation), async rotation => {
    for (const {bound} of group.filter(member => member.rotation === rotation)) {
      await refuseForeignChange(rotation, bound)
      const {token} = rotation.requireIncoming()
      deliveries.push({bound, rotation, values: new Map(bound.consumer.keys.map(key => [key, token]))})
    }
  })
  return deliveries
}

/** The undo: gives every consumer its old values back, the last wave first, and leaves the part of a person to the end. */
export async function restoreConsumers(rotation: Rotation): Promise<string> {
  let restored = 0
  const restoreGroups = async (members: readonly Member[]) => {
    const failures = new Failures()
    await writeGroups(groupsOf(members), failures, async group => {
      const [member] = group
      const settle = member ? await restore(rotation, member.bound) : null
      if (settle) restored++
      return settle
    })
    if (failures.has(rotation)) throw failures.of(rotation)
  }

  const waves = wavesOf(rotation.plan).toReversed().map(wave => rotation.consumers(wave).map(bound => ({bound, rotation})))
  for (const wave of waves) await restoreGroups(wave.filter(member => !isByHand(member)))
  const byHand = waves.flat().filter(member => isByHand(member))
  // The store goes first: the person may look the value up there, and if nobody answers, the store is not left waiting.
  if (byHand.some(({bound: {planned}}) => rotation.state.consumers.has(planned.id))) await restoreStore(rotation)
  await restoreGroups(byHand)
  return `${restored} restored`
}

const isByHand = ({bound: {planned}}: Member) => planned.notRestorable !== null
