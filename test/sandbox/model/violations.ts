import type {App} from './app.js'

export type Violation = {
  at: number
  consumer: string
  /** Says what is wrong; holds no token. */
  detail: string
  kind: 'config' | 'dyno' | 'leak' | 'value'
  /** The number of the last request the platform had received. */
  request: number
}

type Found = Pick<Violation, 'consumer' | 'detail' | 'kind'>

export type Consumer = {app: string; key: string}

type World = {
  apps: readonly App[]
  changes: number
  isLive(token: string): boolean
  nameOf(token: string): string
  now: number
}

/**
 * The law that a rotation must keep: what needs a token holds one that works, at every instant.
 * Each violation is recorded once, when it begins.
 */
export class Violations {
  readonly consumers: Consumer[] = []
  readonly recorded: Violation[] = []
  #apps = new Map<string, App>()
  #judged: {found: readonly Found[]; state: string} = {found: [], state: ''}
  #ongoing = new Set<string>()
  readonly #values = new Map<string, () => null | string>()

  observe(world: World, request: number): void {
    const all = this.#find(world)
    if (all.length === 0 && this.#ongoing.size === 0) return
    const found = new Map(all.map(violation => [`${violation.kind} ${violation.consumer} ${violation.detail}`, violation]))
    for (const [name, violation] of found) {
      if (!this.#ongoing.has(name)) this.recorded.push({...violation, at: world.now, request})
    }

    this.#ongoing = new Set(found.keys())
  }

  watch(app: string, key: string): void {
    if (!this.consumers.some(consumer => consumer.app === app && consumer.key === key)) this.consumers.push({app, key})
  }

  /** The app goes on under another name. */
  rename(before: string, name: string): void {
    for (const consumer of this.consumers) if (consumer.app === before) consumer.app = name
    this.#apps.clear()
    this.#judged = {found: [], state: ''}
  }

  /** A copy of a token outside of Heroku; null while there is none. */
  watchValue(consumer: string, read: () => null | string): void {
    this.#values.set(consumer, read)
  }

  #find(world: World): Found[] {
    const values = [...this.#values].flatMap(([consumer, read]) => {
      const value = read()
      if (value === null || world.isLive(value)) return []
      return [{consumer, detail: `holds the token of ${world.nameOf(value)}, which is not live`, kind: 'value' as const}]
    })
    return [...values, ...this.#findInApps(world)]
  }

  /** After every request and event, of up to 1,000 apps: most requests change nothing, and nothing is made where all is well. */
  #findInApps(world: World): readonly Found[] {
    const state = `${world.changes} ${world.apps.length} ${this.consumers.length}`
    if (this.#judged.state === state) return this.#judged.found
    if (this.#apps.size !== world.apps.length) this.#apps = new Map(world.apps.map(app => [app.name, app]))
    const found: Found[] = []
    for (const {app: name, key} of this.consumers) {
      const app = this.#apps.get(name)
      if (!app) continue
      const {processes, release: {config: {[key]: held}, version}} = app.standing
      if (held !== undefined && !world.isLive(held)) {
        found.push({consumer: `${name}:${key}`, detail: `release v${version} holds the token of ${world.nameOf(held)}, which is not live`, kind: 'config'})
      }

      for (const {config, id, listed, name: dyno, release, running} of processes) {
        const captured = config[key]
        if (!running || captured === undefined || world.isLive(captured)) continue
        found.push({
          consumer: `${name}:${key}`,
          detail: `${listed ? '' : 'old '}${dyno} of v${release.version} (dyno ${id}) still runs with the token of ${world.nameOf(captured)}, which is not live`,
          kind: 'dyno',
        })
      }
    }

    this.#judged = {found, state}
    return found
  }
}
