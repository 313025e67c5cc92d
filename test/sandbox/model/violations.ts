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

export type Consumer = {app: string; key: string}

type World = {
  apps: readonly App[]
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
  #ongoing = new Set<string>()
  readonly #values = new Map<string, () => null | string>()

  observe(world: World, request: number): void {
    const found = new Map(this.#find(world).map(violation => [`${violation.kind} ${violation.consumer} ${violation.detail}`, violation]))
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
  }

  /** A copy of a token outside of Heroku; null while there is none. */
  watchValue(consumer: string, read: () => null | string): void {
    this.#values.set(consumer, read)
  }

  #find(world: World): Pick<Violation, 'consumer' | 'detail' | 'kind'>[] {
    const values = [...this.#values].flatMap(([consumer, read]) => {
      const value = read()
      if (value === null || world.isLive(value)) return []
      return [{consumer, detail: `holds the token of ${world.nameOf(value)}, which is not live`, kind: 'value' as const}]
    })
    return [...values, ...this.#findInApps(world)]
  }

  #findInApps(world: World): Pick<Violation, 'consumer' | 'detail' | 'kind'>[] {
    const apps = new Map(world.apps.map(app => [app.name, app]))
    return this.consumers.flatMap(consumer => {
      const app = apps.get(consumer.app)
      if (!app) return []
      const name = `${consumer.app}:${consumer.key}`
      const dead = (config: Readonly<Record<string, string>>) => {
        const value = config[consumer.key]
        return value === undefined || world.isLive(value) ? undefined : world.nameOf(value)
      }

      const held = dead(app.config)
      const config = held === undefined
        ? []
        : [{
          consumer: name, detail: `release v${app.currentRelease.version} holds the token of ${held}, which is not live`, kind: 'config' as const,
        }]
      const dynos = app.runningDynos().flatMap(dyno => {
        const captured = dead(dyno.config)
        return captured === undefined
          ? []
          : [{
            consumer: name,
            detail: `${dyno.listed ? '' : 'old '}${dyno.name} of v${dyno.release.version} (dyno ${dyno.id}) still runs with the token of ${captured}, which is not live`,
            kind: 'dyno' as const,
          }]
      })
      return [...config, ...dynos]
    })
  }
}
