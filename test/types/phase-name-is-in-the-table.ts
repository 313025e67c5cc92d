/** Law: a rotation is only run up to a phase that there is. */
import type {Rotation} from '../../src/lib/rotation/rotation.js'

import {advance} from '../support/one.js'

export function run(rotation: Rotation): Promise<void> {
  // @ts-expect-error no phase of this name
  return advance(rotation, 'revert')
}
