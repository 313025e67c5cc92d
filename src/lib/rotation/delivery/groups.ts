import pLimit from 'p-limit'

import type {Bound, Rotation} from '../rotation.js'
import type {Settle} from './deliver.js'

import {RefusedWrite, Untouched} from '../../consumers/adapter.js'
import {RotationError} from '../../errors.js'

/** A consumer, for one of the rotations that write it. */
export type Member = {bound: Bound; rotation: Rotation}

/** How many apps are waited for, for each one that is written to: waiting takes few calls. */
const WAITING = 5

/** Those of one consumer are a group: they are written together, and fail together. */
export function groupsOf(members: readonly Member[]): Member[][] {
  const groups = new Map<string, Member[]>()
  for (const member of members) {
    const {id} = member.bound.planned
    groups.set(id, [...(groups.get(id) ?? []), member])
  }

  return [...groups.values()]
}

/** What went wrong, by rotation: one that something has failed of starts nothing more. */
export class Failures {
  readonly #found = new Map<Rotation, {at: number; error: unknown}[]>()

  /** `at` is the place in the order in which they are told. */
  add(rotation: Rotation, error: unknown, at = 0): void {
    this.#found.set(rotation, [...(this.#found.get(rotation) ?? []), {at, error}])
  }

  has(rotation: Rotation): boolean {
    return this.#found.has(rotation)
  }

  /** All of it as one error. */
  of(rotation: Rotation): unknown {
    const failures = (this.#found.get(rotation) ?? []).toSorted((a, b) => a.at - b.at).map(({error}) => error)
    // What waits for a person is told after what has failed.
    const told = failures.filter(error => error instanceof RotationError).toSorted((a, b) => Number(waits(a)) - Number(waits(b)))
    const [first] = told
    if (!first || failures.length === 1) return failures[0]
    return new RotationError(first.code, [...new Set(told.map(({happened}) => happened))].join('\n'), {
      exit: first.exit,
      next: [...new Set(told.flatMap(({next}) => next))],
    })
  }

  /** Does it for each of them that nothing has failed of. */
  async among(rotations: readonly Rotation[], work: (rotation: Rotation) => Promise<void>): Promise<void> {
    await Promise.all(
      rotations.filter(rotation => !this.has(rotation)).map(async rotation => {
        try {
          await work(rotation)
        } catch (error) {
          this.add(rotation, error)
        }
      }),
    )
  }
}

/** Writes to all of them, and waits; what was started comes to its end also where another one has failed. */
export async function together(groups: readonly Member[][], failures: Failures, write: (group: readonly Member[]) => Promise<null | Settle>): Promise<void> {
  const concurrency = Math.max(1, ...groups.flat().map(({rotation}) => rotation.plan.concurrency))
  const writing = pLimit(concurrency)
  const waiting = pLimit(concurrency * WAITING)
  const one = async (group: readonly Member[], at: number) => {
    let left: readonly Member[] = group
    try {
      const settle = await writing(async () => {
        for (const {rotation} of group) rotation.context.signal.throwIfAborted()
        left = group.filter(({rotation}) => !failures.has(rotation))
        return left.length === 0 ? null : write(left)
      })
      await settle?.()
    } catch (error) {
      for (const {rotation} of left) failures.add(rotation, error, at)
    }
  }

  await Promise.all(groups.map((group, at) => waiting(() => one(group, at))))
}

/** For a person, who has not done yet what they are to do. */
const waits = (error: RotationError) => error instanceof Untouched && !(error instanceof RefusedWrite)
