import pLimit from 'p-limit'

import type {Values} from '../consumers/adapter.js'
import type {Placed} from '../consumers/registry.js'
import type {Context} from '../context.js'

import {consumer} from '../consumers/registry.js'
import {problemWith} from './inspect.js'
import {sight, type Sighted, type Sought} from './place.js'
import {scan, type Unread} from './scan.js'

export type SeenKey = {key: string; seen: 'other' | 'nothing' | 'unreadable' | Sighted}

/** A place with what its keys hold; `why` says why it could not be reached, where it could not. */
export type Seen = {app: null | string; id: string; keys: SeenKey[]; kind: string; why: null | string}

export type Scanned = {apps: number; pipelines: number; unread: readonly Unread[]}

type Options = Sought & {concurrency: number}

/** What the consumers that were named hold. One that cannot be reached hides no other. */
export async function readNamed({api, clock, outside, signal}: Context, placed: readonly Placed[], {concurrency, ...sought}: Options): Promise<Seen[]> {
  const limit = pLimit(concurrency)
  const access = {...outside, api, clock, progress() {}, resumed: false, signal, timeoutMs: 0}
  return Promise.all(
    placed.map(({address}) =>
      limit(async (): Promise<Seen> => {
        const bound = consumer(address)
        const {apps: [app = null], id, keys, kind} = bound
        const values = await bound.read(access).catch((error: unknown) => problemWith(error))
        if (typeof values === 'string') return {app, id, keys: keys.map(key => ({key, seen: 'unreadable'})), kind, why: values}
        return {app, id, keys: keys.map(key => ({key, seen: seenIn(values, key, sought)})), kind, why: null}
      }),
    ),
  )
}

function seenIn(values: Values, key: string, sought: Sought): SeenKey['seen'] {
  const value = values.get(key)
  if (value === undefined) return 'unreadable'
  return value === null || value.isEmpty ? 'nothing' : (sight(key, value, sought)[0] ?? 'other')
}

/** Whatever holds what may be a token. */
export async function readAll(context: Context, options: Options): Promise<{scanned: Scanned; seen: Seen[]}> {
  const {apps, pipelines, sightings, unread} = await scan(context, options)
  const byPlace = new Map<string, Seen>()
  for (const {isWhole, key, place: {app, name}, token} of sightings) {
    const one = byPlace.get(name) ?? {app, id: app === null ? name : `heroku-config:${app}`, keys: [], kind: app === null ? 'pipeline' : 'heroku-config', why: null}
    one.keys.push({key, seen: {isWhole, token}})
    byPlace.set(name, one)
  }

  const inOrder = [...byPlace].toSorted(([a], [b]) => a.localeCompare(b, 'en', {numeric: true}))
  return {scanned: {apps, pipelines, unread}, seen: inOrder.map(([, seen]) => seen)}
}
