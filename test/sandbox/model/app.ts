import type {AppSpec} from '../options.js'
import type {Identifiers} from './identifiers.js'
import type {Timeline} from './timeline.js'

import {type Dyno, Fleet, type FleetSpec} from './fleet.js'
import {AppLog} from './log.js'
import {type Config, type Release, type ReleasePhase, Releases} from './releases.js'

export type ConfigChange = Record<string, string | null>

// How long ago the app was last deployed.
const age = 30 * 86_400_000

type Person = {email: string; id: string}

export class App {
  access: 'full' | 'none' | 'read' | 'view'
  readonly createdAt: number
  readonly dynoSize: string
  readonly formation: Record<string, number>
  readonly generation: 'cedar' | 'fir'
  readonly id: string
  readonly log: AppLog
  maintenance = false
  readonly maskedSince = new Map<string, number>()
  name: string
  readonly owner: Person
  readonly preboot: boolean
  team: {id: string; name: string} | null
  readonly twoFactor: boolean
  readonly #fleet: Fleet
  readonly #fleetSpec: FleetSpec
  readonly #phase: ReleasePhase | undefined
  /** Authorizations that were pre-authorized, and until when. */
  readonly #preAuthorized = new Map<string, number>()
  readonly #releases: Releases
  readonly #timeline: Timeline

  constructor(spec: AppSpec, origin: {ids: Identifiers; owner: Person; team: App['team']; timeline: Timeline}) {
    const {ids, owner, team, timeline} = origin
    this.#timeline = timeline
    this.access = spec.access ?? 'full'
    this.createdAt = timeline.now - age
    this.dynoSize = spec.dynoSize ?? (spec.generation === 'fir' ? 'dyno-1c-0.5gb' : 'Standard-1X')
    this.formation = {...(spec.dynos ?? {web: 1})}
    this.generation = spec.generation ?? 'cedar'
    this.id = ids.uuid()
    this.log = new AppLog(timeline)
    this.name = spec.name
    this.owner = owner
    this.preboot = spec.preboot ?? false
    this.team = team
    this.twoFactor = spec.twoFactor ?? false
    for (const key of spec.masked ?? []) this.maskedSince.set(key, this.createdAt)

    this.#fleetSpec = {
      crashed: spec.crashed ?? [],
      crashes: spec.crashes ?? false,
      formation: this.formation,
      idle: spec.idle ?? false,
      preboot: this.preboot,
      prebootMs: spec.prebootMs ?? 180_000,
      restartMs: spec.restartMs ?? 2000,
      sigtermMs: spec.sigtermMs ?? 30_000,
    }
    this.#fleet = new Fleet(this.#fleetSpec, timeline, ids, this.log)
    this.#phase = spec.releasePhaseMs === undefined ? undefined : {ms: spec.releasePhaseMs, outcome: spec.releasePhase ?? 'succeeds'}
    this.#releases = new Releases(timeline, ids, this.#phase, release => this.#fleet.deploy(release))
    timeline.asOf(timeline.now - age, () => this.#begin(spec.config ?? {}))
    for (const {command, endsAfterMs} of spec.oneOff ?? []) this.startOneOff(command, endsAfterMs)
  }

  /** What the current release holds. */
  get config(): Readonly<Config> {
    return this.currentRelease.config
  }

  get currentRelease(): Release {
    this.#timeline.catchUp()
    return this.#releases.current
  }

  /** What the platform shows. */
  get dynos(): Dyno[] {
    this.#timeline.catchUp()
    return this.#fleet.listed
  }

  get hasPendingRelease(): boolean {
    this.#timeline.catchUp()
    return this.#releases.pending
  }

  /** The config as it will be when the pending release, if any, has succeeded. */
  get nextConfig(): Readonly<Config> {
    this.#timeline.catchUp()
    return this.#releases.latest.config
  }

  /** As it was when time was last looked at: what judges every app after every event reads no clock for each. */
  get standing(): {processes: readonly Dyno[]; release: Release} {
    return {processes: this.#fleet.processes, release: this.#releases.current}
  }

  get releases(): readonly Release[] {
    this.#timeline.catchUp()
    return this.#releases.all
  }

  changeConfig(changes: ConfigChange, user: Person, identicalMakesRelease: boolean): void {
    const before = this.nextConfig
    const config: Config = {...before}
    const set: string[] = []
    const removed: string[] = []
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) {
        if (key in config) removed.push(key)
        delete config[key]
      } else {
        if (identicalMakesRelease || config[key] !== value) set.push(key)
        config[key] = value
        if (this.maskedSince.has(key)) this.maskedSince.set(key, this.#timeline.now)
      }
    }

    if (set.length === 0 && removed.length === 0) return
    this.#releases.make(describeChange(set, removed), config, user)
  }

  /** Somebody breaks or mends the app: how every release from now on goes. */
  become({crashes, releasePhase}: Pick<AppSpec, 'crashes' | 'releasePhase'>): void {
    if (crashes !== undefined) this.#fleetSpec.crashes = crashes
    if (releasePhase !== undefined && this.#phase) this.#phase.outcome = releasePhase
  }

  findRelease(idOrVersion: string): Release | undefined {
    this.#timeline.catchUp()
    return this.#releases.find(idOrVersion)
  }

  isPreAuthorized(authorizationId: string): boolean {
    return this.#timeline.now < (this.#preAuthorized.get(authorizationId) ?? 0)
  }

  /** Somebody scales the app. */
  scale(type: string, quantity: number): void {
    this.#timeline.catchUp()
    this.formation[type] = quantity
    this.#fleet.scale(type, quantity, this.currentRelease)
  }

  /** It is deleted, and nothing of it runs any more. */
  end(): void {
    this.#timeline.catchUp()
    for (const type of Object.keys(this.formation)) this.formation[type] = 0
    this.#fleet.end()
  }

  preAuthorize(authorizationId: string, ms: number): void {
    this.#preAuthorized.set(authorizationId, this.#timeline.now + ms)
  }

  restart(dynos: Dyno[]): void {
    for (const dyno of dynos) this.#fleet.restart(dyno, this.currentRelease)
  }

  rollBackTo(release: Release, user: Person): Release {
    return this.#releases.make(`Rollback to v${release.version}`, {...release.config}, user)
  }

  /** Everything that still executes, seen or unseen, each with the config it was started with. */
  runningDynos(): Dyno[] {
    this.#timeline.catchUp()
    return this.#fleet.running
  }

  /** Somebody runs a command in the app. */
  startOneOff(command: string, endsAfterMs: number): Dyno {
    return this.#fleet.oneOff(command, endsAfterMs, this.currentRelease)
  }

  #begin(config: Config): void {
    this.#releases.begin('Initial release', {}, this.owner)
    this.#releases.begin('Enable Logplex', {}, this.owner)
    this.#fleet.begin(this.#releases.begin('Deploy 0a1b2c3d', config, this.owner))
  }
}

function describeChange(set: string[], removed: string[]): string {
  const parts = [set.length > 0 && `Set ${set.join(', ')}`, removed.length > 0 && `Remove ${removed.join(', ')}`]
  return `${parts.filter(Boolean).join(' and ')} config vars`
}
