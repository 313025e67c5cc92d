import type {Identifiers} from './identifiers.js'
import type {Timeline} from './timeline.js'

export type Config = Record<string, string>

export type Release = {
  readonly config: Readonly<Config>
  readonly createdAt: number
  current: boolean
  readonly description: string
  readonly id: string
  readonly slugId: string
  status: 'failed' | 'pending' | 'succeeded'
  updatedAt: number
  readonly user: {email: string; id: string}
  readonly version: number
}

export type ReleasePhase = {ms: number; outcome: 'fails' | 'succeeds'}

/** The history of an app. A release is current at once, or after its release phase has succeeded. */
export class Releases {
  readonly #all: Release[] = []
  #current: Release | undefined
  readonly #ids: Identifiers
  readonly #onCurrent: (release: Release) => void
  readonly #phase: ReleasePhase | undefined
  readonly #slugId: string
  readonly #timeline: Timeline

  constructor(timeline: Timeline, ids: Identifiers, phase: ReleasePhase | undefined, onCurrent: (release: Release) => void) {
    this.#timeline = timeline
    this.#ids = ids
    this.#phase = phase
    this.#onCurrent = onCurrent
    this.#slugId = ids.uuid()
  }

  get all(): readonly Release[] {
    return this.#all
  }

  get current(): Release {
    if (!this.#current) throw new Error('an app has no current release')
    return this.#current
  }

  /** The release whose config the next change starts from. */
  get latest(): Release {
    return this.#all.findLast(({status}) => status !== 'failed') ?? this.current
  }

  get pending(): boolean {
    return this.#all.some(({status}) => status === 'pending')
  }

  /** History from before the beginning: nothing is run for it. */
  begin(description: string, config: Config, user: Release['user']): Release {
    const release = this.#append(description, config, user, 'succeeded')
    this.#markCurrent(release)
    return release
  }

  find(idOrVersion: string): Release | undefined {
    const version = idOrVersion.replace(/^v(?=\d+$)/, '')
    return this.#all.find(release => release.id === idOrVersion || String(release.version) === version)
  }

  make(description: string, config: Config, user: Release['user']): Release {
    const phase = this.#phase
    const release = this.#append(description, config, user, phase ? 'pending' : 'succeeded')
    if (phase) this.#timeline.after(phase.ms, () => this.#finish(release, phase.outcome))
    else this.#takeOver(release)
    return release
  }

  #append(description: string, config: Config, user: Release['user'], status: Release['status']): Release {
    const {now} = this.#timeline
    const release: Release = {
      config: {...config},
      createdAt: now,
      current: false,
      description,
      id: this.#ids.uuid(),
      slugId: this.#slugId,
      status,
      updatedAt: now,
      user,
      version: this.#all.length + 1,
    }
    this.#all.push(release)
    return release
  }

  #finish(release: Release, outcome: ReleasePhase['outcome']): void {
    release.status = outcome === 'fails' ? 'failed' : 'succeeded'
    release.updatedAt = this.#timeline.now
    if (outcome === 'succeeds' && release.version > this.current.version) this.#takeOver(release)
  }

  #markCurrent(release: Release): void {
    if (this.#current) this.#current.current = false
    this.#current = release
    release.current = true
  }

  #takeOver(release: Release): void {
    this.#markCurrent(release)
    this.#onCurrent(release)
  }
}
