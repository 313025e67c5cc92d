import type {z} from 'zod'

import type {PlatformApi} from '../heroku/platform-api.js'
import type {Clock, Outside} from '../ports.js'
import type {Secret} from '../secrecy/secret.js'

import {RotationError} from '../errors.js'

/** Key to value; null where the key is not set, no entry where it cannot be read. */
export type Values = ReadonlyMap<string, null | Secret>

/** What an adapter may use. It knows neither rotations nor other adapters. */
export type Access = Outside & {
  api: PlatformApi
  clock: Clock
  /** How many consumers are waited for at the same time. */
  crowd?: number
  /** The person has said how long processes nobody can see may still run, so that this is not asked. */
  graceGiven?: boolean
  /** What was held before is given back. */
  isBack?: boolean
  /** There are so many consumers that calls are scarcer than time. */
  isThrifty?: boolean
  /** Tells the person what is waited for. */
  progress(detail: string): void
  /** An earlier process may have written here already. */
  resumed: boolean
  signal: AbortSignal
  /** Bound on waiting for the consumer to take the value up. */
  timeoutMs: number
  /** Those that the rotation knows; left out where there is none. */
  tokens?: {incoming: null | Secret; outgoing: null | Secret}
}

/** What a consumer is and holds before a rotation. */
export type Holding = {
  /** What it holds now, a rollback cannot give back without a person. */
  byPerson?: boolean
  /** Everything there that may be a token, where the one that is looked for is not known yet. */
  candidates?: readonly Secret[]
  /** Processes that restart when it is written; null where the kind has none, and where too many are inspected to count them. */
  dynos: null | number
  /** How it is written; shown on the plan. */
  remarks: readonly string[]
  values: Values
  /** What the person should weigh before they agree; shown on the plan. */
  warnings?: readonly string[]
}

/** Heroku's services may not agree about the time, nor this machine with them. */
export const CLOCKS_DIFFER_MS = 60_000

/** Proof of a write. */
export type Evidence = {
  /** When the release was made that carries what it held already. */
  madeAt?: null | number
  /** The release has still to succeed before anything restarts. */
  pending: boolean
  /** The Heroku release that carries the value; null where the kind has none. */
  release: null | number
  /** When, by the consumer's own clock, it was shown to hold the values: what starts later runs with them. */
  shownAt?: null | number
  /** What changes with every write (a version, a time); null where the kind tells none. */
  stamp: null | string
  /** False when it held the values already. */
  wrote: boolean
}

/** What may go on running with the value that was held before, after everything has settled. */
export type Lingering = {
  /** Seconds that processes nobody can see may still run after the restart. */
  grace: number
  /** The seconds were not asked for: they are the most there can be. */
  isAssumed?: boolean
  /** Commands that show, or end, what runs. */
  look?: readonly string[]
  /** Processes that end by themselves, named as the person knows them. */
  running: readonly string[]
}

/** What `~` and relative paths of an address mean. */
export type Where = {directory: string; home: string}

/** A write that was not done, and is known not to have been: the consumer holds what it held. */
export class Untouched extends RotationError {}

/** The same, because it was refused: there is nobody to wait for. */
export class RefusedWrite extends Untouched {}

export const nothingLingers: Lingering = {grace: 0, running: []}

/** What the wait for what runs there has shown besides. */
export type Settled = {
  /** Null where it did not show all of it. */
  lingering: Lingering | null
  /** The release that all of it runs. */
  release: null | number
}

/** When, and by which release, the value that is held now came in. */
export type Since = {at: number; release: null | number}

/**
 * The code for one kind of consumer.
 *
 * `write` is idempotent: it looks before it writes, where it can, so that it can be repeated after a
 * crash; giving back what was held before is the same call with the earlier values.
 */
type Kind<Address> = {
  address: z.ZodType<Address>
  id(at: Address): string
  /** Reads only. Fails when the consumer cannot be reached, read or, as far as that can be told, written. */
  inspect(at: Address, access: Access): Promise<Holding>
  keys(at: Address): readonly string[]
  kind: string
  read(at: Address, access: Access): Promise<Values>
  write(at: Address, values: Values, access: Access): Promise<Evidence>
}

/** Members that most kinds have no use for, each with the default in `defineAdapter`. */
type Extras<Address> = {
  /**
   * What a person types into a shell to go on with the value as its HEROKU_API_KEY: without a session of
   * Heroku's, and without showing it. Null where there is no such line.
   */
  asSession(at: Address): null | string
  lingering(at: Address, since: Since, access: Access): Promise<Lingering>
  /** With the paths in it made absolute. */
  locate(at: Address, where: Where): Address
  /** Null where the kind is no Heroku app. */
  releases: null | Releases<Address>
  /** The stamp of the latest write, by anybody; null where the kind tells none. */
  stamp(at: Address, access: Access): Promise<null | string>
}

/** A Heroku app, whose config vars are written by a release and taken up by each dyno when it starts. */
export type Releases<Address> = {
  app(at: Address): string
  /** Waits until reads tell what was written last, by anybody, and answers the newest release. */
  catchUp(at: Address, access: Access): Promise<null | number>
  /** Two places of one app, as one that is written at once. */
  join(one: Address, other: Address): Address
  /** Waits until what runs there runs with the values; null where that shows nothing. */
  settle(at: Address, evidence: Evidence, access: Access): Promise<null | Settled>
  /**
   * Whether the write of this rotation, which became that release, is all that was released since that time, and nothing
   * is under way: then it holds what the answer to the write showed. False where one call does not tell.
   */
  unchanged(at: Address, since: Since, access: Access): Promise<boolean>
}

export type Adapter<Address> = Extras<Address> & Kind<Address>

export function defineAdapter<Address>(kind: Kind<Address> & Partial<Extras<Address>> & ThisType<Adapter<Address>>): Adapter<Address> {
  return {
    asSession: () => null,
    lingering: async () => nothingLingers,
    locate: at => at,
    releases: null,
    stamp: async () => null,
    ...kind,
  }
}

/** Proof of a write that made no release. */
export function evidence(wrote: boolean, stamp: null | string = null): Evidence {
  return {pending: false, release: null, stamp, wrote}
}

/** Whether all that is wanted is there already. */
export function holds(held: Values, wanted: Values): boolean {
  return [...wanted].every(([key, value]) => {
    const current = held.get(key)
    return value === null ? current === null : value.equals(current)
  })
}
