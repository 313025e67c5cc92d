import {setMaxListeners} from 'node:events'
import type {Access, StillRunning} from '../consumers/adapter.js'
import type {Context} from '../context.js'
import type {PlatformApi, Reads} from '../heroku/platform-api.js'
import type {Authorization} from '../heroku/schemas.js'
import type {Journal, Moment} from '../journal/journal.js'
import type {Lock} from '../journal/lock.js'
import type {Secret} from '../secrecy/secret.js'
import type {Plan, PlannedConsumer} from './planning/plan.js'
import type {Survey} from './planning/survey.js'
import type {Record} from './state/records.js'
import type {Tokens} from './state/tokens.js'
import {type Consumer, consumer} from '../consumers/registry.js'
import {RotationError, toRollBack} from '../errors.js'
import {savesCalls} from '../heroku/poll.js'
import {signer} from '../journal/seal.js'
import {startingKnown} from './delivery/known-programs.js'
import {idsOf} from './planning/plan.js'
import {fold, isOut, type RotationState} from './state/state.js'

/** A planned consumer of a rotation. */
export type Bound = {consumer: Consumer; planned: PlannedConsumer; rotation: Rotation}

/** One run of one rotation: the plan, the journal, the tokens and the API client that every phase works with. */
export class Rotation {
  readonly context: Context
  readonly plan: Plan
  readonly tokens: Tokens
  /** Readings of the planning in this process; null in a process that resumes. */
  readonly survey: null | Survey
  readonly savesCalls: boolean
  /** Processes that still ran with the old value when this process saw a consumer take the new one up, by the consumer's ID. */
  readonly stillRunning = new Map<string, StillRunning>()
  /** Consumers that a person may let keep what they have: this process could not read or write them. */
  readonly outOfReach = new Set<string>()
  /** Last known config vars of each app: read by this process, or shown by the answer to its own write. Rotations that run together know the same. */
  readonly reads: Reads
  /** How the incoming token was tried in this run. */
  trial: null | Promise<string[]> = null
  /** What every consumer gets; hundreds of them ask for it several times. */
  readonly #shared: Omit<Access, 'api' | 'progress' | 'resumed'>
  readonly #api: PlatformApi
  readonly #journal: Journal<Record>
  readonly #lock: Lock
  /** Number of consumers by wave, counted once. */
  readonly #waves = new Map<number, number>()
  /** Ends what reads on beside the work, such as logs. */
  readonly #over = new AbortController()
  #signedAs: null | string = null
  #folded: {count: number; state: RotationState} | null = null

  constructor(parts: {context: Context; journal: Journal<Record>; lock: Lock; plan: Plan; reads?: Reads; survey: null | Survey; tokens: Tokens}) {
    this.context = startingKnown(parts.context, parts.plan)
    this.plan = parts.plan
    this.tokens = parts.tokens
    this.survey = parts.survey
    this.#journal = parts.journal
    this.#lock = parts.lock
    this.#api = parts.context.api.knowing(idsOf(parts.plan))
    for (const {wave} of parts.plan.consumers) this.#waves.set(wave, (this.#waves.get(wave) ?? 0) + 1)
    this.savesCalls = savesCalls(this.everyone.filter(({consumer}) => consumer.apps.length > 0).length)
    const {clock, outside, signal} = this.context
    const isDrained = this.plan.drain !== 0 && !this.plan.inPlace
    this.#shared = {
      ...outside,
      clock,
      graceGiven: this.plan.drain !== null,
      ...(isDrained ? {over: this.#over.signal} : {}),
      savesCalls: this.savesCalls,
      signal,
      timeoutMs: this.plan.timeout * 1000,
    }
    this.reads = parts.survey?.reads ?? parts.reads ?? new Map()
    // Every app that is written listens.
    setMaxListeners(0, this.#over.signal)
  }

  get id(): string {
    return this.plan.rotation
  }

  get state(): RotationState {
    const {records} = this.#journal
    const {count = 0, state = null} = this.#folded ?? {}
    if (!this.#folded || count !== records.length) this.#folded = {count: records.length, state: fold(records.slice(count), state)}
    return this.#folded.state
  }

  /** The client of a token that goes on working: once the revoke may have been sent, the session may be dead. */
  get api(): PlatformApi {
    return this.state.pivotingAt === null ? this.#api : this.apiAfterRevoke
  }

  /** The client for calls after the revoke: the incoming token where the session itself is being revoked. */
  get apiAfterRevoke(): PlatformApi {
    const {context, tokens} = this
    return context.session.equals(tokens.outgoing) ? this.apiAsIncoming : this.#api
  }

  get apiAsIncoming(): PlatformApi {
    return this.#api.as(this.requireIncoming().token)
  }

  requireIncoming(): {id: string; token: Secret} {
    const {id, plan, tokens} = this
    if (tokens.incoming) return tokens.incoming
    throw new RotationError('ROTATE_INCOMING_UNKNOWN', `The new token of rotation ${id} is not known here: nothing has it, and the sealed copy belongs to another login.`, {
      next: toRollBack(id),
      now: `The old token of ${plan.name} still works.`,
    })
  }

  /** Milliseconds that have passed for certain: by this process's own time where it wrote the record, or else by Heroku's. The clock of a machine may be set meanwhile. */
  passedSince({at, here}: Moment): number {
    const {api, clock} = this.context
    return here === undefined ? Math.max(0, (api.earliest ?? at) - at) : clock.now() - here
  }

  /** Resolves once the record is on disk. */
  record(record: Record): Promise<void> {
    const {incoming} = this.tokens
    // After the revoke of its own token, a command goes on under the incoming one.
    if (incoming && this.#signedAs !== incoming.id) {
      this.#journal.signAlso(signer(incoming.token, this.id))
      this.#signedAs = incoming.id
    }

    return this.#journal.append(record)
  }

  /** The token is sealed before this, because the record carries its fingerprint. */
  recordIncoming({createdAt, description, expiresIn, id, scope}: Authorization): Promise<void> {
    const fingerprint = this.tokens.incoming?.token.fingerprint ?? null
    return this.record({createdAt, description, expiresIn, fingerprint, id, scope: [...scope], type: 'incoming'})
  }

  release(): Promise<void> {
    this.#over.abort()
    return this.#lock.release()
  }

  /** Every consumer of the plan, without apps that are gone and those that a person lets keep what they hold. */
  get everyone(): Bound[] {
    const {consumers} = this.state
    return this.plan.consumers.filter(({id}) => !isOut(consumers.get(id))).map(planned => ({consumer: consumer(planned.address), planned, rotation: this}))
  }

  get stores(): Bound[] {
    return this.everyone.filter(({planned}) => planned.role === 'store')
  }

  consumers(wave: number): Bound[] {
    return this.everyone.filter(({planned}) => planned.role === 'consumer' && planned.wave === wave)
  }

  access(planned: PlannedConsumer): Access {
    const {apps} = consumer(planned.address)
    return {
      ...this.#shared,
      api: this.api,
      dynos: planned.dynos,
      parallelism: this.#waves.get(planned.wave) ?? 1,
      progress: detail => this.context.report({detail, id: planned.id, state: 'active', type: 'consumer'}),
      resumed: this.state.consumers.has(planned.id),
      skipsHealth: this.state.skipsHealth.has(planned.id),
      tokens: {incoming: this.tokens.incoming?.token ?? null, outgoing: this.tokens.outgoing},
      unwell: apps.flatMap(app => this.plan.apps?.[app]?.unwell ?? []),
    }
  }
}
