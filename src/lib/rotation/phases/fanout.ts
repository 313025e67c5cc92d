import type {Bound, Rotation} from '../rotation.js'
import {count} from '../../text/count.js'
import {Failures} from '../delivery/failures.js'
import {groupsOf, writeGroups} from '../delivery/in-parallel.js'
import {isOfOne, withinReach} from '../delivery/reach.js'
import {restore} from '../delivery/restore.js'
import {writeWaves} from '../delivery/waves.js'
import {wavesOf} from '../planning/plan.js'
import {restoreStore} from './store.js'

/** Gives every consumer the incoming token; an app with several tokens is written once. */
export function fanout(rotations: readonly Rotation[]): ReadonlyMap<Rotation, Promise<string>> {
  const failures = new Failures()
  const written = writeWaves(rotations, failures)
  return new Map(rotations.map(rotation => [rotation, written.then(() => outcomeOf(rotation, failures))]))
}

function outcomeOf(rotation: Rotation, failures: Failures): string {
  if (failures.has(rotation)) throw failures.of(rotation)
  const written = rotation.everyone.filter(({planned: {role}}) => role === 'consumer')
  const what = written.every(({planned: {kind}}) => kind === 'heroku-config') ? 'app' : 'place'
  return `${count(written.length, `${what} uses`, `${what}s use`)} the new token`
}

/** The undo: gives every consumer its old values back, the last wave first, and leaves the part of a person to the end. */
export async function restoreConsumers(rotation: Rotation): Promise<string> {
  let restored = 0
  const problems = new Failures()
  const restoreGroups = async (members: readonly Bound[]) => {
    const failures = new Failures()
    await writeGroups(groupsOf(members), failures, async group => {
      const [member] = group
      const settle = await unlessFailed(problems, group, null, async () => member ? restore(member) : null)
      if (settle) restored++
      return settle && (() => unlessFailed(problems, group, undefined, settle))
    })
    if (failures.has(rotation)) throw failures.of(rotation)
  }

  const waves = wavesOf(rotation.plan).toReversed().map(wave => rotation.consumers(wave))
  for (const wave of waves) await restoreGroups(wave.filter(member => !isByHand(member)))
  if (problems.has(rotation)) throw problems.of(rotation)
  const byHand = waves.flat().filter(member => isByHand(member))
  // The store goes first: the person may look the value up there, and if nobody answers, the store is not left waiting.
  if (byHand.some(({planned}) => rotation.state.consumers.has(planned.id))) await restoreStore(rotation)
  await restoreGroups(byHand)
  if (problems.has(rotation)) throw problems.of(rotation)
  return `${restored} restored`
}

/** A consumer that cannot be given back keeps no other from it; without Heroku, or the journal, none can. */
async function unlessFailed<T>(problems: Failures, group: readonly Bound[], otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await withinReach(group, otherwise, work)
  } catch (error) {
    if (!isOfOne(error)) throw error
    for (const {rotation} of group) problems.add(rotation, error)
    return otherwise
  }
}

const isByHand = ({planned}: Bound) => planned.notRestorable !== null
