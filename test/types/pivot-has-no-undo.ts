/** Law: after the pivot there is no way back. */
import type {Phase} from '../../src/lib/rotation/phases.js'

const undo = async () => 'done'
const run = () => new Map()

// @ts-expect-error a pivot with an undo
export const phase: Phase = {kind: 'pivot', name: 'revoke', run, undo}
