import type {Clock} from '../clock/clock.js'
import type {Application, GitHubOptions, OrganizationSpec, RepositorySpec, Rights} from './options.js'

import {notFound} from './github-error.js'
import {type Run, Runs, statusOf} from './runs.js'
import {Vault} from './vault.js'

const day = 86_400_000

export type Repository = {id: number; runs: Runs; spec: RepositorySpec}

/** Where secrets are: owner/name or the name of an organization. */
export type Place = {environment?: string; in?: Application; of: string}

/** Of the sandbox of Heroku: what it judges laws with. */
type Laws = {
  checkLaws(): void
  watchValue(consumer: string, read: () => null | string): void
}

/** Repositories, organizations, their secrets and runs. Knows nothing of HTTP. */
export class Hub {
  readonly repositories: readonly Repository[]
  readonly rights: Rights = {actions: 'write', loggedIn: true, secrets: 'write'}
  readonly #clock: Clock
  #laws: Laws | undefined
  #nextId = 4001
  readonly #organizations: readonly OrganizationSpec[]
  readonly #vaults = new Map<string, Vault>()
  readonly #watched = new Map<string, string>()

  constructor({organizations = [], repositories = []}: GitHubOptions, clock: Clock) {
    this.#clock = clock
    this.#organizations = organizations
    this.repositories = repositories.map(spec => ({id: this.#nextId++, runs: new Runs(), spec}))
    for (const {name: of, secrets = []} of repositories) {
      for (const {ageDays = 90, name, value, ...place} of secrets) {
        this.vault({...place, of}).set(name, {repositories: [], value, visibility: null}, this.now - ageDays * day)
      }
    }

    for (const {name: of, secrets = []} of organizations) {
      for (const {ageDays = 90, in: app = 'actions', name, repositories: selected = [], value, visibility} of secrets) {
        const ids = selected.map(repository => this.repository(`${of}/${repository}`).id)
        this.vault({in: app, of}).set(name, {repositories: ids, value, visibility}, this.now - ageDays * day)
      }
    }
  }

  get now(): number {
    return this.#clock.now()
  }

  /** To be called when a secret has changed. */
  changed(): void {
    this.#laws?.checkLaws()
  }

  findRepository(name: string): Repository | undefined {
    return this.repositories.find(({spec}) => spec.name.toLowerCase() === name.toLowerCase())
  }

  repository(name: string): Repository {
    const found = this.findRepository(name)
    if (!found) throw notFound()
    return found
  }

  startRun(name: string, file: string, {branch, event = 'push', inputs = {}}: Partial<Pick<Run, 'branch' | 'event' | 'inputs'>> = {}): Run {
    const {runs, spec} = this.repository(name)
    const workflow = spec.workflows?.find(one => one.file === file)
    if (!workflow) throw notFound()
    const captured = this.vault({of: name}).values
    const run = runs.add(workflow, {branch: branch ?? spec.defaultBranch ?? 'main', captured, event, id: this.#nextId++, inputs}, this.now)
    this.#watchRun(name, run)
    return run
  }

  /** A place that does not exist is an error, as it is at GitHub. */
  vault({environment, in: app = 'actions', of}: Place): Vault {
    const exists = of.includes('/') ? this.#hasEnvironment(of, environment) : this.#organizations.some(({name}) => name === of)
    if (!exists) throw notFound()
    const key = [of, app, environment ?? ''].join(' ')
    const vault = this.#vaults.get(key) ?? new Vault(String(1000 + this.#vaults.size))
    this.#vaults.set(key, vault)
    return vault
  }

  /** Declares that a secret, and the runs that hold it, have to hold a live token of Heroku's. */
  watch(laws: Laws, place: Place, name: string): void {
    this.#laws = laws
    const {environment, in: app = 'actions', of} = place
    laws.watchValue(['github', of, environment ?? app, name].join(':'), () => this.vault(place).find(name)?.value ?? null)
    if (app !== 'actions' || environment !== undefined || !of.includes('/')) return
    this.#watched.set(of, name)
    for (const run of this.repository(of).runs.all) this.#watchRun(of, run)
  }

  #hasEnvironment(repository: string, environment: string | undefined): boolean {
    const {spec} = this.repository(repository)
    return environment === undefined || (spec.environments ?? []).includes(environment)
  }

  #watchRun(of: string, run: Run): void {
    const name = this.#watched.get(of)
    if (name === undefined) return
    this.#laws?.watchValue(`github:${of}:run ${run.id}`, () => (statusOf(run, this.now) === 'completed' ? null : run.captured.get(name) ?? null))
  }
}
