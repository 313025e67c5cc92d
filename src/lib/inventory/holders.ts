import type {Context} from '../context.js'
import type {Secret} from '../secrecy/secret.js'

import {matchesHint} from '../heroku/redaction.js'
import {scan} from './scan.js'

/** An app with the config vars whose value can be a token of one of the hints. */
export type Holder = {app: string; held: ReadonlyMap<string, Secret>}

export type Holders = {found: readonly Holder[]; unreadable: readonly string[]}

/** Scans the config vars of every app the account sees. */
export async function findHolders(context: Context, hints: readonly (null | Secret)[], concurrency: number): Promise<Holders> {
  const {sightings, unread} = await scan(context, {concurrency, hints, known: [], pipelines: false})
  const found = new Map<string, Map<string, Secret>>()
  for (const {isWhole, key, place: {app}, token} of sightings) {
    if (app === null || !isWhole || !hints.some(hint => matchesHint(token, hint))) continue
    found.set(app, (found.get(app) ?? new Map<string, Secret>()).set(key, token))
  }

  return {
    found: [...found].map(([app, held]) => ({app, held})),
    unreadable: unread.filter(({keys}) => keys.length === 0).map(({name}) => name),
  }
}
