import {seededRandom} from '../../support/in-process.js'

export type Dice = {
  /** One of them; what is listed twice comes up twice as often. */
  any<T>(values: readonly [T, ...T[]]): T
  chance(probability: number): boolean
  /** From `from` to `to`, both included. */
  number(from: number, to: number): number
  /** So many values. */
  times<T>(count: number, make: (index: number) => T): T[]
}

export function diceOf(seed: string): Dice {
  const random = seededRandom(seed)
  const number = (from: number, to: number) => from + Math.floor(random.number() * (to - from + 1))
  return {
    any: values => values[number(0, values.length - 1)] ?? values[0],
    chance: probability => random.number() < probability,
    number,
    times: (count, make) => Array.from({length: count}, (_, index) => make(index)),
  }
}
