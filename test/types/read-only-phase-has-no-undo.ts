/** Law: what changes nothing has nothing to undo. */
import type {Phase} from '../../src/lib/rotation/phases.js'

const undo = async () => 'done'
const run = () => new Map()

// @ts-expect-error a read-only phase with an undo
export const phase: Phase = {kind: 'read-only', name: 'verify', run, undo}
