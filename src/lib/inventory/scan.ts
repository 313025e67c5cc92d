import pLimit from 'p-limit'
import type {Context} from '../context.js'
import type {Reads} from '../heroku/platform-api.js'
import type {App, ConfigVars, Pipeline} from '../heroku/schemas.js'
import {RotationError} from '../errors.js'
import {waitFor} from '../heroku/budget.js'
import {isPlatformError} from '../heroku/platform-error.js'
import {isHidden} from '../heroku/redaction.js'
import {byName, type Place, type PlaceKey, type Sought, tokenKeys} from './place.js'

export const NEEDS_CODE = 'needs a two-factor code'
/** Says of a place that it was deleted while it was being read. */
export const GONE = 'gone meanwhile'
/** Says of a place that the login may not read it. */
export const FORBIDDEN = 'you may not read it'

/** No `keys` means that the whole place could not be read. With `include` nobody has named it: it is told, and stops nothing. */
export type Unread = {include?: string | undefined; keys: readonly string[]; name: string; why: string}

export type Scanned = {apps: number; pipelines: number; unread: readonly Unread[]}

export type Scan = Scanned & {
  /** IDs of apps by their names and by themselves. */
  ids: ReadonlyMap<string, string>
  places: readonly Place[]
  /** Names and IDs of apps that belong to a team. */
  teamApps: ReadonlySet<string>
}

export type ScanOptions = Sought & {
  concurrency: number
  /** Names or IDs of apps that the caller reads itself. */
  except?: ReadonlySet<string>
  /** Is told of each key with a possible token while the rest is read. */
  found?: (key: PlaceKey) => void
  /** Names or IDs of apps whose config vars stay in `reads`; others stay only where they hold a possible token. */
  named?: ReadonlySet<string>
  /** Left out where the scan has to ask. */
  listed?: Promise<Listed>
  reads?: Reads
}

type Listed = {apps: App[]; pipelines: Pipeline[]; unread: Unread[]}

export async function list({api}: Pick<Context, 'api'>, wantsPipelines = true): Promise<Listed> {
  const unread: Unread[] = []
  const [apps, pipelines] = await Promise.all([api.apps(), wantsPipelines ? unlessRefused(() => api.pipelines(), 'pipelines', unread) : null])
  return {apps, pipelines: pipelines ?? [], unread}
}

/** Reads every app and pipeline stage that the account can reach; a place that Heroku refuses to show goes into `unread`. */
export async function scan({api: all, report, signal}: Pick<Context, 'api' | 'report' | 'signal'>, options: ScanOptions): Promise<Scan> {
  const {concurrency, except = new Set(), found = () => {}, listed = list({api: all}), named = new Set(), reads = new Map()} = options
  const api = all.sharing(reads)
  const {apps, pipelines, unread} = await listed
  const calls = apps.length + 2 * pipelines.length
  const waits = waitFor(calls, api.remaining ?? Infinity)
  if (waits > 0) report({text: `${api.remaining} API calls are left: checking ${calls} places takes about ${Math.ceil(waits / 60_000)} min`, type: 'note'})
  const limit = pLimit(concurrency)
  const read = ({aliases, app, name}: Omit<Place, 'keys'>, ask: () => Promise<ConfigVars>) =>
    limit(async (): Promise<Place> => {
      signal.throwIfAborted()
      const vars: ConfigVars = (await unlessRefused(ask, name, unread)) ?? new Map()
      const keys = tokenKeys(vars, options)
      for (const key of keys) found(key)
      const hidden = [...vars].filter(([, value]) => isHidden(value)).map(([key]) => key)
      if (hidden.length > 0) unread.push({keys: hidden, name, why: 'write-only'})
      if (app !== null && keys.length === 0 && !named.has(app)) reads.delete(app)
      return {aliases, app, keys, name}
    })
  const ofName = (name: string) => pipelines.filter(pipeline => pipeline.name === name).length
  const places = await Promise.all([
    ...apps
      .filter(({id, name}) => !except.has(name) && !except.has(id))
      .map(({id, name}) => {
        const app = named.has(id) ? id : name
        return read({aliases: [id], app, name}, () => api.configVars(app))
      }),
    ...pipelines.flatMap(({id, name}) =>
      (['test', 'review'] as const).map(stage => {
        // Pipelines of several owners may share a name.
        const place = {aliases: [`${id}/${stage}`], app: null, name: `${ofName(name) > 1 ? id : name}/${stage}`}
        return read(place, () => api.stageConfigVars(id, stage))
      })),
  ])
  const holding = places.filter(({keys}) => keys.length > 0)
  const teamApps = new Set(apps.filter(({team}) => team).flatMap(({id, name}) => [id, name]))
  return {apps: apps.length, ids: idsOf(apps), pipelines: pipelines.length, places: holding, teamApps, unread: unread.toSorted(byName)}
}

export function idsOf(apps: readonly App[]): ReadonlyMap<string, string> {
  return new Map(apps.flatMap(({id, name}) => [[name, id], [id, id]]))
}

async function unlessRefused<T>(ask: () => Promise<T>, name: string, unread: Unread[]): Promise<null | T> {
  try {
    return await ask()
  } catch (error) {
    const why = refusal(error)
    if (why === null) throw error
    unread.push({keys: [], name, why})
    return null
  }
}

function refusal(error: unknown): null | string {
  if (error instanceof RotationError && error.code === 'ROTATE_TWO_FACTOR') return NEEDS_CODE
  if (!isPlatformError(error)) return null
  if (error.status === 404) return GONE
  if (error.status === 403) return error.id === 'two_factor' ? NEEDS_CODE : FORBIDDEN
  // One app whose owner owes money keeps nobody from the others.
  return error.isRefused ? `Heroku answered ${error.words}` : null
}
