import type {Rotation} from '../rotation.js'

import {advance, rollBack} from './advance.js'

/** Whatever is left of an interrupted rotation, in the direction it was going. */
export function goOn(rotation: Rotation): Promise<void> {
  return rotation.state.direction === 'back' ? rollBack(rotation) : advance(rotation)
}
