import type {Rotation} from '../rotation.js'

import {fromStoreOn, journaled, reopen} from './reopen.js'

/** What cannot be given back must not keep the rotation from going on: both directions stay open. */
export async function turnForward(rotation: Rotation): Promise<void> {
  // Forward it is written again, verified and waited for; and what is given back after that is given back from the start.
  await reopen(journaled(rotation), [...fromStoreOn, 'undo store', 'undo fanout'], {code: 'ROTATE_TURNED', message: 'turned forward again'})
  await rotation.record({direction: 'forward', type: 'turned'})
}
