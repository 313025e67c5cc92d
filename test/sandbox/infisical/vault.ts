import type {InfisicalOptions} from './options.js'

import {fixedId} from '../model/uuid.js'
import {badRequest, notFound} from './refusal.js'

export type Place = {environment: string; path: string; project: string}

export type StoredSecret = {
  createdAt: number
  id: string
  key: string
  updatedAt: number
  /** Every value it ever had; the last one is current. */
  versions: string[]
}

/** Projects, folders and secrets with their history. Knows nothing of HTTP. */
export class Vault {
  readonly environments: readonly string[]
  readonly project: string
  /** Deleted secrets: their history stays. */
  readonly removed: StoredSecret[] = []
  readonly #folders = new Map<string, Map<string, StoredSecret>>()
  readonly #now: () => number
  #made = 0

  constructor({environments = ['dev', 'prod'], folders = [], project = fixedId('project'), secrets = []}: InfisicalOptions, now: () => number) {
    this.environments = environments
    this.project = project
    this.#now = now
    for (const environment of environments) {
      for (const path of ['/', ...folders, ...secrets.map(({path = '/'}) => path)]) this.#folders.set(`${environment} ${path}`, new Map())
    }

    for (const {environment = 'prod', key = 'HEROKU_API_KEY', path = '/', value, versions = []} of secrets) {
      const place = {environment, path, project}
      const [first = value, ...later] = [...versions, value]
      this.create(place, key, first)
      for (const next of later) this.update(place, key, next)
    }
  }

  /** Folders of an environment. */
  paths(environment: string): string[] {
    return [...this.#folders.keys()].filter(key => key.startsWith(`${environment} `)).map(key => key.slice(environment.length + 1))
  }

  secret(place: Place, key: string): StoredSecret | undefined {
    return this.#folder(place).get(key)
  }

  secrets(place: Place): StoredSecret[] {
    return [...this.#folder(place).values()]
  }

  create(place: Place, key: string, value: string): StoredSecret {
    const folder = this.#folder(place)
    if (folder.has(key)) throw badRequest('Secret already exist')
    this.#made += 1
    const now = this.#now()
    const made = {createdAt: now, id: fixedId(`secret ${this.#made}`), key, updatedAt: now, versions: [stored(value)]}
    folder.set(key, made)
    return made
  }

  update(place: Place, key: string, value: string): StoredSecret {
    const found = this.#existing(place, key)
    found.versions.push(stored(value))
    found.updatedAt = this.#now()
    return found
  }

  remove(place: Place, key: string): StoredSecret {
    const found = this.#existing(place, key)
    this.#folder(place).delete(key)
    this.removed.push(found)
    return found
  }

  /** `${NAME}` stands for another secret of the same folder. */
  expand(place: Place, value: string): string {
    return value.replaceAll(/\$\{(\w+)\}/g, (_, key: string) => this.secret(place, key)?.versions.at(-1) ?? '')
  }

  #existing(place: Place, key: string): StoredSecret {
    const found = this.secret(place, key)
    if (!found) throw notFound('Secret not found')
    return found
  }

  #folder({environment, path, project}: Place): Map<string, StoredSecret> {
    if (project !== this.project) throw notFound(`Project with ID '${project}' not found`)
    const folder = this.#folders.get(`${environment} ${path.length > 1 ? path.replace(/\/$/, '') : path}`)
    if (!folder) throw notFound(`Folder with path '${path}' in environment with slug '${environment}' not found`)
    return folder
  }
}

/** Both ends are trimmed, but one line break at the end is kept. */
function stored(value: string): string {
  return value.endsWith('\n') ? `${value.trim()}\n` : value.trim()
}
