import type {z} from 'zod'
import type {Next} from '../errors.js'
import type {PlatformApi} from '../heroku/platform-api.js'
import type {Dyno} from '../heroku/schemas.js'
import type {Clock, Outside} from '../ports.js'
import type {Secret} from '../secrecy/secret.js'
import type {Where} from '../system/paths.js'
import type {Reach} from '../system/reach.js'

/** Values by key: null where the key is not set, no entry where the value cannot be read. */
export type Values = ReadonlyMap<string, null | Secret>

/** A dyno that is crashed, down or starting. */
export type UnwellDyno = {name: string; state: string; type: string}

export type Access = Outside & {
  api: PlatformApi
  clock: Clock
  /** Ends with the rotation. Left out where nobody waits for old processes after the write: no log is read then, and the dynos may tell its release. */
  over?: AbortSignal
  parallelism?: number
  /** As the plan counted them; null where it did not. */
  dynos?: null | number
  /** The person has set the grace, so no adapter needs to find it out. */
  graceGiven?: boolean
  /** Given back: the health of the consumer is told, and stops nothing. */
  isBack?: boolean
  /** A person has said that the dynos of the consumer are not to be waited for. */
  skipsHealth?: boolean
  /** Dynos that were not up before the rotation, and need not come up. */
  unwell?: readonly UnwellDyno[]
  /** Called by a write that fails, where it is known that nothing was written: the consumer holds what it held. */
  leftAsIs?(this: void): void
  /** Called by a write whose values are set, where the rest of it only asks. */
  isSet?(this: void): void
  /** Calls are scarcer than time: nothing is asked that a wait or another answer can stand for. */
  savesCalls?: boolean
  progress(detail: string): void
  /** An earlier process may have written to the consumer already. */
  resumed: boolean
  signal: AbortSignal
  timeoutMs: number
  /** Fits a value into what its key holds: of a longer one only the token changes. Left out outside a rotation. */
  fit?(key: string, held: null | Secret, value: null | Secret): null | Secret
  /** Left out outside a rotation. */
  tokens?: Tokens
}

/** The tokens of a rotation, as far as they are known. */
export type Tokens = {incoming: null | Secret; outgoing: null | Secret}

export type Holding = {
  /** ID of the app, where the inspection has shown it. */
  appId?: string
  byPerson?: boolean
  /** Possible tokens that stand in the consumer, where only the outgoing token tells what is written. */
  candidates?: readonly {at: string; token: Secret}[]
  /** Null where the kind has no processes, or too many consumers are inspected to count them. */
  dynos: null | number
  /** Those of the places in which no other token can be written. */
  fixed?: readonly string[]
  /** Keys that are written, where the address leaves them open. */
  keys?: readonly string[]
  /** Tells the rest once the outgoing token is known, or is known to be held nowhere. Fails where the consumer does not hold it. */
  knowing?(tokens: Tokens): Partial<Holding>
  /** Where in the consumer the outgoing token stands, such as the lines of a file. */
  places?: readonly string[]
  remarks: readonly string[]
  unwell?: readonly UnwellDyno[]
  values: Values
  warnings?: readonly string[]
}

/** Heroku's services and this machine may differ this much about the time. */
export const CLOCKS_DIFFER_MS = 60_000

export type Evidence = {
  /** Somebody has deleted what was to be given back. */
  isGone?: true
  /** The time of the release that carries values which were there already. */
  madeAt?: null | number
  /** Nothing restarts before the pending release has succeeded. */
  pending: boolean
  release: null | number
  /** The time of the answer to the write, by this machine's clock. */
  setAt?: number
  /** The time, by the consumer's own clock, when the values were in force: what starts later runs with them. */
  shownAt?: null | number
  /** A version or time that changes with every write; null where the kind has none. */
  stamp: null | string
  /** Left out where the end of the old processes cannot be seen. */
  watch?: Watch
  wrote: boolean
}

/** An end that was seen, by the platform's clock in ms; `seconds` after the release. */
export type Seen = {at: number; seconds: number}

/** Sees the processes end that ran before a write. */
export type Watch = {
  /** Answers null where the end is not seen until that time, by this machine's clock, and as soon as it cannot be seen any more. */
  ended(until: number): Promise<null | Seen>
  /** Tells that all new processes are up. Answers whether the end of the old ones can still be seen. */
  restarted(dynos: readonly Dyno[], release: number): boolean
}

export type StillRunning = {
  /** Seconds that processes which no list shows may still run; with a watch it is the shortest possible time, and asked anew where the end is not seen. */
  grace: number
  /** The grace is the longest possible one, because asking would cost calls. */
  isAssumed?: boolean
  look?: readonly Next[]
  running: readonly string[]
  watch?: Watch
}

/** Does a part of a write. Where it fails and `isUnwritten` agrees, the consumer holds what it held: a part that only reads needs no more. */
export async function orLeftAsIs<T>({leftAsIs}: Access, work: () => Promise<T>, isUnwritten: (error: unknown) => boolean = () => true): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUnwritten(error)) leftAsIs?.()
    throw error
  }
}

export const nothingStillRuns: StillRunning = {grace: 0, running: []}

export type Settled = {
  /** Null where the wait did not show all processes. */
  stillRunning: StillRunning | null
  release: null | number
  /** Says what of the consumer did not come up, and stops nothing. */
  unwell?: null | string
}

export type Since = {at: number; release: null | number}

/** `write` looks before it writes, where it can: a crash is followed by the same call, a rollback is that call with earlier values. */
type Kind<Address> = {
  address: z.ZodType<Address>
  id(at: Address): string
  /** Reads only. Fails when the consumer cannot be reached or read, or is known not to be writable. */
  inspect(at: Address, access: Access): Promise<Holding>
  keys(at: Address): readonly string[]
  kind: string
  /** A short name for people, who know which one it is. */
  label(at: Address): string
  read(at: Address, access: Access): Promise<Values>
  write(at: Address, values: Values, access: Access): Promise<Evidence>
}

/** A consumer's own place, with keys that the consumer does not write, or one beside it. */
export type Near = {
  hidden: readonly string[]
  /** With it nobody has named the place: what cannot be read there is told, and stops nothing. Its address in a rotation file, without the secret; empty where that is not known. */
  include?: string
  name: string
  values: Values
  /** Says why `hidden` cannot be read, or the whole place where nothing is hidden; null where all was read. */
  why: null | string
}

type Extras<Address> = {
  /** Apps whose releases write the config vars, and whose dynos each take them up when they start. */
  apps(at: Address): readonly string[]
  /** Waits until reads show the latest write by anybody; answers the newest release. */
  catchUp(at: Address, access: Access): Promise<null | number>
  /** A shell line that sets HEROKU_API_KEY to the value, without showing it and without a session of Heroku. */
  asSession(at: Address): null | string
  stillRunning(at: Address, since: Since, access: Access): Promise<StillRunning>
  locate(at: Address, where: Where): Address
  /** Places that may hold the same token, and that no scan of the account reads; `of` names them, and consumers with the same are asked once. Null where the kind has none. */
  near(at: Address): null | readonly {include?: string; of: string; read(access: Access): Promise<readonly Near[]>}[]
  /** The name of the place whose keys are searched for the outgoing token; null for what is not searched. */
  place(at: Address): null | string
  /** Programs, addresses, files, projects and people. */
  reach(at: Address): readonly Reach[]
  /** Waits until every process runs with the values; null where that cannot be seen. */
  settle(at: Address, evidence: Evidence, access: Access): Promise<null | Settled>
  stamp(at: Address, access: Access): Promise<null | string>
  /** Whether nothing was released since our write, so that the app holds what the write answered. False where one call cannot tell. */
  unchanged(at: Address, since: Since, access: Access): Promise<boolean>
}

export type Adapter<Address> = Extras<Address> & Kind<Address>

export function defineAdapter<Address>(kind: Kind<Address> & Partial<Extras<Address>> & ThisType<Adapter<Address>>): Adapter<Address> {
  return {
    apps: () => [],
    asSession: () => null,
    catchUp: async () => null,
    locate: at => at,
    near: () => null,
    place: () => null,
    reach: () => [],
    settle: async () => null,
    stamp: async () => null,
    stillRunning: async () => nothingStillRuns,
    unchanged: async () => false,
    ...kind,
  }
}

export function evidence(wrote: boolean, stamp: null | string = null): Evidence {
  return {pending: false, release: null, stamp, wrote}
}

export function holds(held: Values, wanted: Values): boolean {
  return [...wanted].every(([key, value]) => {
    const current = held.get(key)
    return value === null ? current === null : value.equals(current)
  })
}
