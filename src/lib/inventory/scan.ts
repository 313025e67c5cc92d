import pLimit from 'p-limit'

import type {Context} from '../context.js'
import type {Reads} from '../heroku/platform-api.js'
import type {ConfigVars} from '../heroku/schemas.js'
import type {Secret} from '../secrecy/secret.js'

import {RotationError} from '../errors.js'
import {waitFor} from '../heroku/budget.js'
import {isPlatformError} from '../heroku/platform-error.js'
import {isHidden} from '../heroku/redaction.js'
import {sight, type Sought} from './place.js'

/** Config vars of an app, or of the test or review stage of a pipeline, which is called `PIPELINE/STAGE`. */
export type Place = {app: null | string; name: string}

/** A config var that holds what may be a token, or has it within a longer value. */
export type Sighting = {isWhole: boolean; key: string; place: Place; token: Secret}

/** What could not be scanned; `keys` is empty for all of it. */
export type Unread = {keys: readonly string[]; name: string; why: string}

export type Scan = {apps: number; pipelines: number; sightings: readonly Sighting[]; unread: readonly Unread[]}

export type ScanOptions = Sought & {
  concurrency: number
  /** Left out: read by somebody else. */
  except?: ReadonlySet<string>
  /** Apps, by name or id, whose config vars stay in `reads`; others stay only where a token was seen. */
  named?: ReadonlySet<string>
  /** False for the apps alone. */
  pipelines?: boolean
  reads?: Reads
}

/**
 * Reads the config vars of every app the account can reach, and of the test and review stages of its
 * pipelines: `GET /apps`, `GET /pipelines`, then one call for each.
 *
 * What Heroku refuses to show is told, and is no error; what could not be asked is one.
 */
export async function scan({api: all, report, signal}: Pick<Context, 'api' | 'report' | 'signal'>, options: ScanOptions): Promise<Scan> {
  const {concurrency, except = new Set(), named = new Set(), pipelines: wantsPipelines = true, reads = new Map()} = options
  const api = all.sharing(reads)
  const unread: Unread[] = []
  const [apps, pipelines] = await Promise.all([
    api.apps(),
    wantsPipelines ? unlessRefused(() => api.pipelines(), 'pipelines', unread) : null,
  ])
  const calls = apps.length + 2 * (pipelines?.length ?? 0)
  const waits = waitFor(calls, api.remaining ?? Infinity)
  if (waits > 0) report({text: `the account has ${api.remaining} API calls left: reading ${calls} places takes about ${Math.ceil(waits / 60_000)} min, as they come back`, type: 'note'})
  const limit = pLimit(concurrency)
  const look = (place: Place, ask: () => Promise<ConfigVars>) =>
    limit(async () => {
      signal.throwIfAborted()
      const vars = await unlessRefused(ask, place.name, unread)
      const found = vars ? sightingsIn(place, vars, options) : []
      const hidden = vars ? [...vars].filter(([, value]) => isHidden(value)).map(([key]) => key) : []
      if (hidden.length > 0) unread.push({keys: hidden, name: place.name, why: 'write-only'})
      if (place.app !== null && found.length === 0 && !named.has(place.app)) reads.delete(place.app)
      return found
    })
  const found = await Promise.all([
    ...apps
      .filter(({id, name}) => !except.has(name) && !except.has(id))
      .map(({id, name}) => look({app: named.has(id) ? id : name, name}, () => api.configVars(named.has(id) ? id : name))),
    ...(pipelines ?? []).flatMap(({id, name}) =>
      (['test', 'review'] as const).map(stage => look({app: null, name: `${name}/${stage}`}, () => api.stageConfigVars(id, stage)))),
  ])
  return {
    apps: apps.length,
    pipelines: pipelines?.length ?? 0,
    sightings: found.flat(),
    unread: unread.toSorted((a, b) => a.name.localeCompare(b.name, 'en', {numeric: true})),
  }
}

/** What may be a token among the config vars of one place. */
export function sightingsIn(place: Place, vars: ConfigVars, sought: Sought): Sighting[] {
  return [...vars].flatMap(([key, value]) => (value ? sight(key, value, sought).map(seen => ({...seen, key, place})) : []))
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
  if (error instanceof RotationError && error.code === 'ROTATE_TWO_FACTOR') return 'asks for a second factor'
  if (!isPlatformError(error)) return null
  if (error.status === 404) return 'gone meanwhile'
  if (error.status !== 403) return null
  return error.id === 'two_factor' ? 'asks for a second factor' : 'this account may not read it'
}
