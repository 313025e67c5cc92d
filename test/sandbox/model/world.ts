import type {AppSpec, SandboxOptions} from '../options.js'
import type {Authorization} from './authorization.js'

import {realClock} from '../clock/real-clock.js'
import {likelySwitches, type Switches} from '../switches.js'
import {type Account, makeAccount} from './account.js'
import {App, type ConfigChange} from './app.js'
import {Authorizations} from './authorizations.js'
import {Identifiers} from './identifiers.js'
import {LogSession} from './log-sessions.js'
import {Pipeline} from './pipeline.js'
import {RateLimiter} from './rate-limiter.js'
import {Timeline} from './timeline.js'
import {fixedId} from './uuid.js'
import {type Violation, Violations} from './violations.js'

const day = 86_400_000

/** An account, what it owns and what runs there. Knows nothing of HTTP. */
export class World {
  readonly account: Account
  readonly #apps: App[]
  readonly pipelines: readonly Pipeline[]
  readonly rateLimiter: RateLimiter
  readonly session: Authorization
  /** May be changed while the sandbox runs. */
  readonly switches: Switches
  readonly teams: {createdAt: number; id: string; name: string}[]
  readonly #authorizations: Authorizations
  readonly #ids: Identifiers
  readonly #logSessions: LogSession[] = []
  readonly #colleague: {email: string; id: string}
  #lastRequest = 0
  readonly #timeline: Timeline
  readonly #violations = new Violations()

  constructor(options: SandboxOptions = {}) {
    this.#timeline = new Timeline(options.clock ?? realClock())
    this.switches = {...likelySwitches, ...options.switches}
    const {now} = this.#timeline
    const ids = new Identifiers(options.seed ?? 'sandbox', options.sharedPrefix ?? false)
    this.account = makeAccount(options.account ?? {}, ids.uuid(), ids.uuid(), now - 400 * day)
    this.#colleague = {email: 'colleague@example.com', id: ids.uuid()}
    this.rateLimiter = new RateLimiter(options.rateLimit ?? {capacity: 4500, perMinute: 75}, now)

    this.#authorizations = new Authorizations(this.#timeline, ids, this.switches)
    this.session = this.#authorizations.create({
      createdAt: now - day, description: 'Heroku CLI login from sandbox', expiresIn: 365 * 86_400, isSession: true,
    })
    for (const {ageDays = 90, default: isDefault = false, ...spec} of options.authorizations ?? []) {
      this.#authorizations.create({...spec, createdAt: now - ageDays * day, isDefault})
    }

    const specs = options.apps ?? []
    this.teams = [...new Set(specs.flatMap(({team}) => team ?? []))].map(name => ({createdAt: now - 300 * day, id: ids.uuid(), name}))
    this.#ids = ids
    this.#apps = specs.map(spec => {
      const team = this.teams.find(({name}) => name === spec.team)
      return new App({...spec, config: this.#resolve(spec.config ?? {})}, {
        ids,
        owner: this.#ownerOf(spec, ids),
        team: team ? {id: team.id, name: team.name} : null,
        timeline: this.#timeline,
      })
    })
    this.pipelines = (options.pipelines ?? []).map(spec => new Pipeline(spec, this.apps, ids, now))

    for (const app of this.apps) {
      for (const [key, value] of Object.entries(app.config)) {
        if (this.#authorizations.owner(value)) this.#violations.watch(app.name, key)
      }
    }

    this.#timeline.afterEvent = () => this.#observe()
  }

  get apps(): readonly App[] {
    return this.#apps
  }

  /** The live ones, the operator's CLI session among them. */
  get authorizations(): readonly Authorization[] {
    return this.existingAuthorizations.filter(({token}) => this.isLive(token))
  }

  /** Those not revoked, among them the expired. */
  get existingAuthorizations(): readonly Authorization[] {
    this.catchUp()
    return this.#authorizations.existing
  }

  get listedAuthorizations(): readonly Authorization[] {
    this.catchUp()
    return this.#authorizations.listed
  }

  /** Counts what may have changed the world: where it is as it was, nobody needs to look. */
  get changes(): number {
    return this.#timeline.changes
  }

  get now(): number {
    return this.#timeline.now
  }

  get violations(): readonly Violation[] {
    this.catchUp()
    return this.#violations.recorded
  }

  app(name: string): App {
    const app = this.findApp(name)
    if (!app) throw new Error(`the sandbox has no app ${name}`)
    return app
  }

  /** The live one with this description; the newest, if there are several. */
  authorization(description: string): Authorization | undefined {
    return this.authorizations.findLast(authorization => authorization.description === description)
  }

  catchUp(): void {
    this.#timeline.catchUp()
  }

  /** Somebody was sent what is not theirs; `detail` holds no token. */
  accuse(consumer: string, detail: string): void {
    this.#violations.recorded.push({at: this.now, consumer, detail, kind: 'leak', request: this.#lastRequest})
  }

  /** Waits until something may have changed, and at most until that time. */
  change(until: number | undefined, signal: AbortSignal): Promise<void> {
    return this.#timeline.change(until, signal)
  }

  /** Judges the state of the world after something outside of Heroku has changed. */
  checkLaws(): void {
    this.#observe()
  }

  createAuthorization(made: {description: string; expiresIn?: number | null; scope?: string[]; token?: string}): Authorization {
    this.catchUp()
    return this.#authorizations.create(made)
  }

  /** Somebody deletes the app. */
  deleteApp(name: string): void {
    const app = this.app(name)
    app.end()
    this.#apps.splice(this.#apps.indexOf(app), 1)
    this.#observe()
  }

  /** Somebody gives the app another name; the old one is free then. */
  renameApp(name: string, another: string): void {
    this.app(name).name = another
    this.#violations.rename(name, another)
  }

  /** Somebody moves the app to a team, in which the account may have fewer rights. */
  transferApp(name: string, team: string, access: App['access']): void {
    const app = this.app(name)
    const found = this.teams.find(each => each.name === team) ?? {createdAt: this.now, id: this.#ids.uuid(), name: team}
    if (!this.teams.includes(found)) this.teams.push(found)
    app.team = {id: found.id, name: team}
    app.access = access
  }

  /** A path with the name of the app, whichever way the app is asked for. */
  named(path: string): string {
    const [, id = '', rest = ''] = /^\/apps\/([\da-f-]{36})(.*)$/.exec(path) ?? []
    const app = this.#apps.find(each => each.id === id)
    return app ? `/apps/${app.name}${rest}` : path
  }

  findApp(idOrName: string): App | undefined {
    return this.#apps.find(({id, name}) => id === idOrName || name === idOrName)
  }

  logSession(id: string): LogSession | undefined {
    return this.#logSessions.find(session => session.id === id)
  }

  openLogSession(app: App, source: string | undefined): LogSession {
    // An ID of the world's own would shift all that are made after it.
    const session = new LogSession(this, app, fixedId(`log session ${this.#logSessions.length} of ${app.id}`), source)
    this.#logSessions.push(session)
    return session
  }

  isLive(token: string): boolean {
    return this.#authorizations.isLive(token)
  }

  /** The description of the authorization the token belongs to, alive or not; `nobody` for anything else. */
  nameOf(token: string): string {
    const owner = this.#authorizations.owner(token)
    if (!owner) return 'nobody'
    return token === owner.token ? owner.description : `${owner.description} (before it was regenerated)`
  }

  /** Judges the state of the world after the platform has handled a request. */
  observe(request: number): void {
    this.#lastRequest = request
    this.#observe()
  }

  owner(token: string): Authorization | undefined {
    return this.#authorizations.owner(token)
  }

  regenerate(authorization: Authorization): void {
    this.catchUp()
    this.#authorizations.regenerate(authorization)
  }

  revoke(authorization: Authorization): void {
    this.catchUp()
    this.#authorizations.revoke(authorization)
  }

  scrub(text: string): string {
    return this.#authorizations.scrub(text)
  }

  /** Somebody else changes config vars by hand. */
  setConfig(name: string, changes: ConfigChange): void {
    const app = this.app(name)
    app.changeConfig(changes, this.#colleague, this.switches.identicalPatchMakesRelease)
    this.#observe()
  }

  /** Declares that a config var has to hold a live token. */
  watch(app: string, key: string): void {
    this.#violations.watch(app, key)
  }

  /** Declares that a place outside of Heroku has to hold a live token, or none. */
  watchValue(consumer: string, read: () => null | string): void {
    this.#violations.watchValue(consumer, read)
  }

  #observe(): void {
    this.catchUp()
    this.#violations.observe(this, this.#lastRequest)
  }

  #ownerOf({owner, team}: AppSpec, ids: Identifiers): {email: string; id: string} {
    if (team !== undefined) return {email: `${team}@herokumanager.com`, id: ids.uuid()}
    const {email, id} = this.account
    return owner === undefined || owner === email ? {email, id} : {email: owner, id: ids.uuid()}
  }

  #resolve(config: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(config).map(([key, value]) => {
      const description = /^{{token of (.+)}}$/.exec(value)?.[1]
      if (description === undefined) return [key, value]
      const holder = this.#authorizations.existing.findLast(authorization => authorization.description === description)
      if (!holder) throw new Error(`config var ${key} refers to the authorization ${description}, which does not exist`)
      return [key, holder.token]
    }))
  }
}
