import type {Dyno, Release} from '../../heroku/schemas.js'
import type {Streamed} from '../../ports.js'
import type {Access, Seen, Watch} from '../adapter.js'
import {isSafe} from '../../http/address.js'
import {withDeadline} from '../../http/deadline.js'
import {eachLine, type Happening, happeningIn} from './log-lines.js'
import {type End, endOf, isFirstSince, watchable} from './old-dynos.js'
import {isFormation} from './own-dyno.js'

const CONNECT_MS = 5000
/** An app that says more than this about its dynos during a rotation is in trouble. */
const MOST = 1000
/** A crash is listed a moment after its exit was logged. */
const LISTED_MS = 1000
/** The exit of a process that SIGTERM has ended; a crash has another one. */
const BY_SIGTERM = 143
/** An old dyno may be told to stop so long before the new one of its name is made. */
const SOONER_MS = 5000

type Restarted = {isOurs: boolean; known: number; since: number}

/** Reads in the app's log that the dynos have ended which ran before a write. Nothing of the log is kept but the events of dynos. */
export class LogWatch implements Watch {
  readonly #access: Pick<Access, 'api' | 'clock' | 'signal'>
  readonly #app: string
  readonly #closed = new AbortController()
  readonly #happenings = new Map<string, Happening>()
  /** Rotations that have written an app together wait for its old dynos each. */
  readonly #waiting = new Set<AbortController>()
  readonly #old: readonly Dyno[]
  #isBroken = false
  #release: null | {since: number; version: number} = null
  #restarted: null | Restarted = null
  #seen: null | Seen = null

  private constructor(app: string, old: readonly Dyno[], {api, clock, over, signal}: Access) {
    this.#access = {api, clock, signal}
    this.#app = app
    this.#old = old
    for (const end of [signal, over]) end?.addEventListener('abort', () => this.#close(), {once: true})
  }

  /** Null where the end of old dynos cannot be seen: then it is waited for, and the write goes on. */
  static async open(app: string, access: Access): Promise<LogWatch | null> {
    const {api, clock, dynos: planned, over, savesCalls = false, signal} = access
    if (!over || over.aborted || savesCalls) return null
    // The write waits for the session, which is worth less than its repeats would take.
    const session = withDeadline({clock, ms: CONNECT_MS, signal}, () => api.logSession(app))
    const [listed, opened] = await Promise.allSettled([api.dynos(app), session])
    signal.throwIfAborted()
    const old = listed.status === 'fulfilled' ? watchable(listed.value) : null
    // A dyno that was scaled away since the plan may still run, and so many lines may follow its SIGTERM that the log does not begin with that.
    if (!old || old.length < (planned ?? 0) || opened.status === 'rejected' || !isSafe(opened.value)) return null
    const watch = new LogWatch(app, old, access)
    const isConnected = await watch.#connect(opened.value, access)
    signal.throwIfAborted()
    return isConnected ? watch : null
  }

  /** Takes the two newest releases after the write. */
  released(made: Release | undefined, before: Release | undefined): boolean {
    if (made && before && isFirstSince(this.#old, made, before)) this.#release = {since: Date.parse(made.created_at), version: made.version}
    else this.#close()
    return this.#release !== null
  }

  restarted(dynos: readonly Dyno[], release: number): boolean {
    const made = dynos.filter(dyno => isFormation(dyno)).map(({created_at: at}) => Date.parse(at))
    this.#restarted = {isOurs: release === this.#release?.version && this.#isNew(dynos), known: this.#happenings.size, since: Math.min(...made) - SOONER_MS}
    this.#look()
    if (!this.#canSee()) this.#close()
    return this.#seen !== null || this.#canSee()
  }

  async ended(until: number): Promise<null | Seen> {
    const {clock} = this.#access
    while (this.#seen === null && this.#canSee()) {
      const left = until - clock.now()
      if (typeof this.#end() === 'object' && left > LISTED_MS) await this.#confirm()
      else if (left > 0) await this.#change(left)
      else return null
    }

    this.#close()
    return this.#seen
  }

  // The log host is another one: it gets no header of the API, the token least of all.
  async #connect(url: string, {clock, fetch, signal}: Access): Promise<boolean> {
    try {
      const {body, ok} = await withDeadline({clock, ms: CONNECT_MS, signal}, deadline => {
        // Only the answer has a deadline; its body goes on.
        deadline.addEventListener('abort', () => this.#close(), {once: true})
        return fetch(url, {headers: {accept: 'text/event-stream'}, redirect: 'manual', signal: this.#closed.signal})
      })
      if (!ok || !body) throw new TypeError('no stream')
      this.#read(body).catch(() => this.#close())
      return true
    } catch {
      this.#close()
      return false
    }
  }

  async #read(body: Streamed): Promise<void> {
    await eachLine(body, this.#closed.signal, line => {
      const happening = this.#happenings.size > MOST ? null : happeningIn(line)
      if (!happening) return
      this.#happenings.set(happening.key, happening)
      if (this.#happenings.size > MOST) this.#close()
      else this.#look()
    })
    this.#close()
  }

  #close(): void {
    this.#isBroken = true
    this.#closed.abort()
    for (const waiting of this.#waiting) waiting.abort('changed')
  }

  async #change(ms: number): Promise<void> {
    const {clock, signal} = this.#access
    const changed = new AbortController()
    this.#waiting.add(changed)
    await clock.sleep(ms, changed.signal).catch(() => {})
    this.#waiting.delete(changed)
    signal.throwIfAborted()
  }

  /** A dyno that restarts during our release phase runs with the old values: its end counts from when the release came into force, as the new dynos tell. */
  #end(): End {
    if (!this.#release || !this.#restarted?.isOurs) return 'running'
    return endOf(this.#old.map(({name}) => name), Math.max(this.#release.since, this.#restarted.since), this.#happenings.values())
  }

  #canSee(): boolean {
    const end = this.#end()
    return end !== 'doubtful' && this.#restarted?.isOurs !== false && (typeof end === 'object' || !this.#isBroken)
  }

  /** The list that showed the new dynos up confirms what was logged before it, and an exit by SIGTERM needs no confirmation. */
  #look(): void {
    const end = this.#end()
    const later = [...this.#happenings.values()].slice(this.#restarted?.known)
    const isClear = later.every(({status, what}) => what !== 'sigterm' && (what !== 'exit' || status === BY_SIGTERM))
    if (typeof end === 'object' && isClear) this.#conclude(end.at)
    for (const waiting of this.#waiting) waiting.abort('changed')
  }

  #conclude(at: number): void {
    this.#seen ??= {at, seconds: (at - (this.#release?.since ?? at)) / 1000}
    this.#close()
  }

  async #confirm(): Promise<void> {
    const {api, clock, signal} = this.#access
    await clock.sleep(LISTED_MS, signal)
    const dynos = await api.dynos(this.#app).catch(() => [])
    signal.throwIfAborted()
    const end = this.#end()
    if (typeof end === 'object' && this.#isNew(dynos)) this.#conclude(end.at)
    else this.#restarted = {isOurs: false, known: 0, since: 0}
  }

  /** Whether the names of the old dynos, and no others, are up on the release of the write. */
  #isNew(dynos: readonly Dyno[]): boolean {
    const formation = dynos.filter(dyno => isFormation(dyno))
    const names = new Set(this.#old.map(({name}) => name))
    return formation.length === names.size && formation.every(({name, release, state}) => names.has(name) && state === 'up' && release.version === this.#release?.version)
  }
}
