import type {Rotation} from '../rotation.js'
import {toRotationError} from '../report/explain.js'

/** A step can be repeated safely, and answers a few words for the person. */
export type Step = (rotation: Rotation) => Promise<string>

/** A run does one step for several rotations; a rotation that fails holds no other up. */
export type Run = (rotations: readonly Rotation[]) => ReadonlyMap<Rotation, Promise<string>>

export const each = (step: Step): Run => rotations => new Map(rotations.map(rotation => [rotation, step(rotation)]))

export async function begin(rotation: Rotation, name: string): Promise<(work: Promise<string>) => Promise<void>> {
  const {clock, report, signal} = rotation.context
  signal.throwIfAborted()
  const started = clock.now()
  // The intent is on disk before the work, so the next process sees that this one died in between.
  await rotation.record({name, status: 'started', type: 'phase'})
  report({goal: goalOf(rotation, name), name, state: 'started', type: 'phase'})
  return async work => {
    try {
      const detail = await work
      const seconds = (clock.now() - started) / 1000
      await rotation.record({name, seconds, status: 'finished', type: 'phase'})
      report({detail, name, seconds, state: 'done', type: 'phase'})
    } catch (error) {
      await recordFailure(rotation, name, error)
      throw error
    }
  }
}

/** The consumers that get a token in the phase. */
function goalOf({everyone}: Rotation, name: string): number {
  return name === 'fanout' || name === 'undo fanout' ? everyone.filter(({planned}) => planned.role === 'consumer').length : 0
}

async function recordFailure(rotation: Rotation, name: string, error: unknown): Promise<void> {
  const {code, happened} = toRotationError(error)
  rotation.context.report({detail: happened, name, state: 'failed', type: 'phase'})
  try {
    await rotation.record({code, message: happened, name, status: 'failed', type: 'phase'})
  } catch {
    // A started phase without an outcome says the same to whoever resumes; the first error is the one to tell.
  }
}

/** Waits for all of the work even after a failure: work under way could write into a journal that another process has taken up. */
export async function allEnded<T extends [] | readonly unknown[]>(work: T): Promise<{-readonly [P in keyof T]: Awaited<T[P]>}> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
