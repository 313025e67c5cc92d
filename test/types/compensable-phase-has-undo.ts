/** Law: what a phase changes before the pivot, it can undo. */
import type {Phase} from '../../src/lib/rotation/phases.js'

const run = () => new Map()

// @ts-expect-error a compensable phase without undo
export const phase: Phase = {kind: 'compensable', name: 'store', run}
