/** The engine runs lists of rotations and answers their errors; these run one, and throw its error. */
import type {Rotation} from '../../src/lib/rotation/rotation.js'

import {advance as advanceAll, goOn as goOnAll, verifyAgain as verifyAllAgain} from '../../src/lib/rotation/engine/advance.js'
import {rollBack as rollBackAll} from '../../src/lib/rotation/engine/roll-back.js'

type Until = NonNullable<NonNullable<Parameters<typeof advanceAll>[1]>['until']>

export async function advance(rotation: Rotation, until: Until = 'finish'): Promise<void> {
  const error = (await advanceAll([rotation], {until})).get(rotation)
  if (error) throw error
}

export async function goOn(rotation: Rotation): Promise<void> {
  const error = (await goOnAll([rotation])).get(rotation)
  if (error) throw error
}

export async function rollBack(rotation: Rotation): Promise<void> {
  const error = (await rollBackAll([rotation])).get(rotation)
  if (error) throw error
}

export async function verifyAgain(rotation: Rotation): Promise<void> {
  const error = (await verifyAllAgain([rotation], {})).get(rotation)
  if (error) throw error
}
