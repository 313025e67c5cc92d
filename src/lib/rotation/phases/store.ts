import type {Rotation} from '../rotation.js'
import {Failures} from '../delivery/failures.js'
import {withinReach} from '../delivery/reach.js'
import {readBack} from '../delivery/read-back.js'
import {restore} from '../delivery/restore.js'
import {write} from '../delivery/waves.js'

/** Writes the incoming token to the store before any consumer, so that the record of the secret is never behind the apps. */
export async function store(rotation: Rotation): Promise<string> {
  const failures = new Failures()
  rotation.requireIncoming()
  await write(rotation.stores, failures)
  if (failures.has(rotation)) throw failures.of(rotation)
  await readBack(rotation, rotation.stores)
  return rotation.stores.map(({planned}) => planned.id).join(', ') || 'there is none'
}

/** The undo: gives the store back what it held, as a new version. */
export async function restoreStore(rotation: Rotation): Promise<string> {
  const restored: string[] = []
  for (const bound of rotation.stores) {
    const isRestored = await withinReach([bound], false, async () => {
      const settle = await restore(bound)
      await settle?.()
      return settle !== null
    })
    if (isRestored) restored.push(bound.planned.id)
  }

  return restored.join(', ') || 'nothing to restore'
}
