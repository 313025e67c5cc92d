import type {Rotation} from '../rotation.js'
import {RotationError} from '../../errors.js'

/** Errors of rotations that run together; a rotation that has one starts nothing more. */
export class Failures {
  readonly #errors = new Map<Rotation, {at: number; error: unknown}[]>()

  /** `at` is the place in the order in which the errors are told. */
  add(rotation: Rotation, error: unknown, at = 0): void {
    this.#errors.set(rotation, [...(this.#errors.get(rotation) ?? []), {at, error}])
  }

  has(rotation: Rotation): boolean {
    return this.#errors.has(rotation)
  }

  of(rotation: Rotation): unknown {
    const errors = (this.#errors.get(rotation) ?? []).toSorted((a, b) => a.at - b.at).map(({error}) => error)
    // A wait for a person is told after the failures.
    const typed = errors.filter(error => error instanceof RotationError).toSorted((a, b) => Number(waitsForPerson(a)) - Number(waitsForPerson(b)))
    const [first] = typed
    if (!first || errors.length === 1) return errors[0]
    return new RotationError(first.code, [...new Set(typed.map(({happened}) => happened))].join('\n'), {exit: first.exit, next: typed.flatMap(({steps}) => steps)})
  }

  async among(rotations: readonly Rotation[], work: (rotation: Rotation) => Promise<unknown>): Promise<void> {
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

const waitsForPerson = (error: RotationError) => error.code === 'ROTATE_MANUAL'
