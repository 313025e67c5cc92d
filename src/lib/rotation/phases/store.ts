import type {Rotation} from '../rotation.js'
import {deliver} from '../delivery/deliver.js'
import {refuseForeignChange} from '../delivery/foreign-change.js'
import {withinReach} from '../delivery/reach.js'
import {readBack} from '../delivery/read-back.js'
import {restore} from '../delivery/restore.js'

/** Writes the incoming token to the store before any consumer, so that the record of the secret is never behind the apps. */
export async function store(rotation: Rotation): Promise<string> {
  const {token} = rotation.requireIncoming()
  for (const bound of rotation.stores) {
    await withinReach([{bound, rotation}], undefined, async () => {
      await refuseForeignChange(rotation, bound)
      const settle = await deliver([{bound, rotation, values: new Map(bound.consumer.keys.map(key => [key, token]))}], {direction: 'forward'})
      await settle()
    })
  }

  await readBack(rotation, rotation.stores)
  return rotation.stores.map(({planned}) => planned.id).join(', ') || 'there is none'
}

/** The undo: gives the store back what it held, as a new version. */
export async function restoreStore(rotation: Rotation): Promise<string> {
  const restored: string[] = []
  for (const bound of rotation.stores) {
    const isRestored = await withinReach([{bound, rotation}], false, async () => {
      const settle = await restore(rotation, bound)
      await settle?.()
      return settle !== null
    })
    if (isRestored) restored.push(bound.planned.id)
  }

  return restored.join(', ') || 'nothing to restore'
}
