import type {Identifiers} from './identifiers.js'
import type {AppLog} from './log.js'
import type {Release} from './releases.js'
import type {Timeline} from './timeline.js'

export type DynoState = 'crashed' | 'idle' | 'starting' | 'up'

export type Dyno = {
  command: string
  /** The config vars it was started with; it never sees later ones. */
  config: Readonly<Record<string, string>>
  createdAt: number
  id: string
  /** Whether the platform still shows it. */
  listed: boolean
  name: string
  release: Release
  running: boolean
  state: DynoState
  type: string
  updatedAt: number
}

export type FleetSpec = {
  crashed: readonly string[]
  crashes: boolean
  formation: Readonly<Record<string, number>>
  idle: boolean
  preboot: boolean
  prebootMs: number
  restartMs: number
  sigtermMs: number
}

const sigkillMs = 30_000

const commands: Readonly<Record<string, string>> = {web: 'npm start', worker: 'npm run worker'}

/** Everything an app runs, seen and unseen. */
export class Fleet {
  readonly #ids: Identifiers
  readonly #log: AppLog
  #oneOffs = 0
  #processes: Dyno[] = []
  readonly #spec: FleetSpec
  readonly #timeline: Timeline

  constructor(spec: FleetSpec, timeline: Timeline, ids: Identifiers, log: AppLog) {
    this.#log = log
    this.#spec = spec
    this.#timeline = timeline
    this.#ids = ids
  }

  get listed(): Dyno[] {
    return this.#processes.filter(dyno => dyno.listed)
  }

  get processes(): readonly Dyno[] {
    return this.#processes
  }

  get running(): Dyno[] {
    return this.#processes.filter(dyno => dyno.running)
  }

  static commandOf(type: string): string {
    return commands[type] ?? `npm run ${type}`
  }

  /** The formation as it is before anything happens: everything is up. */
  begin(release: Release): void {
    for (const [type, name] of this.#formation()) this.#start(type, name, release, this.#spec.idle ? 'idle' : this.#spec.crashed.includes(type) ? 'crashed' : 'up')
  }

  /** Replaces the formation by one that runs the release; one-off dynos stay. */
  deploy(release: Release): void {
    // Both orders of the lines of the two processes are in public logs.
    const isBootFirst = release.version % 2 === 1
    const old = this.listed.filter(({type}) => type !== 'run')
    const boot = () => {
      for (const [type, name] of this.#formation()) this.#boot(type, name, release)
    }

    for (const {name, running} of old.filter(dyno => !this.#isPrebooted(dyno))) {
      this.#log.say(name, 'Restarting')
      this.#log.say(name, `State changed from ${running ? 'up' : 'down'} to starting`)
    }

    if (isBootFirst) boot()
    for (const dyno of old) {
      if (this.#isPrebooted(dyno)) this.#stopAfterPreboot(dyno)
      else this.#stop(dyno)
    }

    if (!isBootFirst) boot()
  }

  oneOff(command: string, endsAfterMs: number, release: Release): Dyno {
    this.#oneOffs += 1
    const dyno = this.#start('run', `run.${1000 + this.#oneOffs}`, release, 'up', command)
    this.#log.say(dyno.name, `Starting process with command \`${command}\``)
    this.#timeline.after(endsAfterMs, () => {
      this.#log.say(dyno.name, 'Process exited with status 0')
      this.#log.say(dyno.name, 'State changed from up to complete')
      this.#end(dyno)
    })
    return dyno
  }

  /** Somebody scales a process type: dynos start or stop, and no release is made. */
  scale(type: string, quantity: number, release: Release): void {
    const wanted = new Set(Array.from({length: quantity}, (_, index) => `${type}.${index + 1}`))
    const before = this.listed.filter(dyno => dyno.type === type)
    for (const dyno of before) if (!wanted.has(dyno.name)) this.#stop(dyno)
    for (const name of wanted) if (!before.some(dyno => dyno.name === name)) this.#boot(type, name, release)
  }

  /** The app is deleted, and everything that it ran. */
  end(): void {
    for (const dyno of this.#processes) this.#end(dyno)
  }

  /** A manual restart, which preboot does not soften. */
  restart(dyno: Dyno, release: Release): void {
    this.#stop(dyno)
    if (dyno.type !== 'run') this.#boot(dyno.type, dyno.name, release)
  }

  #boot(type: string, name: string, release: Release): void {
    if (this.#spec.idle) {
      this.#start(type, name, release, 'idle')
      return
    }

    const dyno = this.#start(type, name, release, 'starting')
    this.#log.say(name, `Starting process with command \`${dyno.command}\``)
    this.#timeline.after(this.#spec.restartMs, () => {
      if (!dyno.listed) return
      const crashes = this.#spec.crashes || this.#spec.crashed.includes(type)
      if (crashes) this.#log.say(name, 'Process exited with status 1')
      this.#log.say(name, `State changed from starting to ${crashes ? 'crashed' : 'up'}`)
      this.#log.say(name, 'Listening', 'app')
      dyno.state = crashes ? 'crashed' : 'up'
      dyno.running = !crashes
      dyno.updatedAt = this.#timeline.now
    })
  }

  #end(dyno: Dyno): void {
    dyno.running = false
    dyno.listed = false
    this.#processes = this.#processes.filter(other => other !== dyno)
  }

  #formation(): [type: string, name: string][] {
    return Object.entries(this.#spec.formation).flatMap(([type, quantity]) =>
      Array.from({length: quantity}, (_, index): [string, string] => [type, `${type}.${index + 1}`]))
  }

  #start(type: string, name: string, release: Release, state: DynoState, command = Fleet.commandOf(type)): Dyno {
    const {now} = this.#timeline
    const dyno: Dyno = {
      command,
      config: {...release.config},
      createdAt: now,
      id: this.#ids.uuid(),
      listed: true,
      name,
      release,
      running: state !== 'crashed' && state !== 'idle',
      state,
      type,
      updatedAt: now,
    }
    this.#processes.push(dyno)
    return dyno
  }

  #stop(dyno: Dyno): void {
    const {name, running} = dyno
    const {sigtermMs} = this.#spec
    dyno.listed = false
    if (running) this.#log.say(name, 'Stopping all processes with SIGTERM')
    const end = () => {
      if (running) this.#sayExit(name)
      this.#end(dyno)
    }

    if (running && sigtermMs > 0) this.#timeline.after(sigtermMs, end)
    else end()
  }

  #sayExit(name: string): void {
    const isKilled = this.#spec.sigtermMs > sigkillMs
    if (isKilled) {
      this.#log.say(name, 'Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM')
      this.#log.say(name, 'Stopping remaining processes with SIGKILL')
    }

    this.#log.say(name, `Process exited with status ${isKilled ? 137 : 143}`)
  }

  #isPrebooted({type}: Dyno): boolean {
    return this.#spec.preboot && type === 'web'
  }

  #stopAfterPreboot(dyno: Dyno): void {
    dyno.listed = false
    if (dyno.running) this.#timeline.after(this.#spec.prebootMs, () => this.#stop(dyno))
    else this.#end(dyno)
  }
}
