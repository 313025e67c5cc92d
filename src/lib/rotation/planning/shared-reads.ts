import type {Context} from '../../context.js'
import type {Reads} from '../../heroku/platform-api.js'
import type {Account, Authorization} from '../../heroku/schemas.js'
import {scan, type Scan, type ScanOptions} from '../../inventory/scan.js'

/** Reads everything once for all plans of a command. */
export class SharedReads {
  readonly reads: Reads = new Map()
  readonly #context: Context
  readonly #named = new Set<string>()
  #lists: null | Promise<[Account, Authorization[]]> = null
  #scan: null | Promise<Scan> = null

  constructor(context: Context) {
    this.#context = context
  }

  naming(apps: Iterable<string>): void {
    for (const app of apps) this.#named.add(app)
  }

  lists(): Promise<[Account, Authorization[]]> {
    const {api} = this.#context
    this.#lists ??= Promise.all([api.account(), api.authorizations()])
    return this.#lists
  }

  scan(options: ScanOptions & {named: ReadonlySet<string>}): Promise<Scan> {
    this.#scan ??= scan(this.#context, {...options, named: new Set([...options.named, ...this.#named]), reads: this.reads})
    return this.#scan
  }
}
