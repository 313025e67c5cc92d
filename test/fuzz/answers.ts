import fc from 'fast-check'
import {inspect} from 'node:util'

import type {Clock} from '../../src/lib/ports.js'

import {RotationError} from '../../src/lib/errors.js'
import {PlatformError} from '../../src/lib/heroku/platform-error.js'
import {leaked} from '../support/leaks.js'
import {changed, changes} from './target.js'

export const secrets = ['gho_0123456789abcdefghijklmnop', 'session-0123456789abcdefghijkl', 'incoming-0123456789-abcdefghi']

/** Waits take no time, and no deadline comes: every answer is there at once. */
export const hasty = (deadlineMs: number): Clock => {
  let time = 1_768_478_400_000
  return {
    now: () => time,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      if (ms === deadlineMs) {
        await new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('aborted')), {once: true})
        })
      }

      time += ms
    },
  }
}

type Edit = {at: number; how: 'drop' | 'put' | 'rename'; value: unknown}

const scalars = fc.oneof(fc.constantFrom<unknown[]>(null, true, 0, -1, 1e308, 1.5, '', [], {}, [[]], '2026-01-15T12:00:00Z', 'true', '\u001B[2J', ...secrets), fc.jsonValue({maxDepth: 2}))
const edits = fc.array(fc.record({at: fc.double({max: 1, min: 0, noNaN: true}), how: fc.constantFrom<Edit['how'][]>('drop', 'put', 'rename'), value: scalars}), {maxLength: 3, minLength: 1})

/** One change of the JSON: of a value, or of a key. */
function edited(json: unknown, {at, how, value}: Edit): unknown {
  const places: {key: string; parent: object}[] = []
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, child] of Object.entries(node)) {
      places.push({key, parent: node})
      walk(child)
    }
  }

  const copy: {root: unknown} = structuredClone({root: json})
  walk(copy)
  const place = places[Math.floor(at * places.length)]
  if (!place) return copy.root
  if (how === 'put') Reflect.set(place.parent, place.key, value)
  else {
    if (how === 'rename') Reflect.set(place.parent, `${place.key}x`, Reflect.get(place.parent, place.key))
    Reflect.deleteProperty(place.parent, place.key)
  }

  return copy.root
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** How an answer that would be good is spoilt; `isWhole` leaves it. */
export const spoilings = fc.oneof(
  fc.constant((text: string) => text),
  edits.map(all => (text: string) => JSON.stringify(all.reduce((json, each) => edited(json, each), jsonOf(text))) ?? ''),
  changes().map(all => (text: string) => changed(text, all)),
  fc.uint8Array({maxLength: 60}).map(bytes => () => Buffer.from(bytes).toString('latin1')),
  scalars.map(value => () => JSON.stringify(value)),
)

export const statuses = fc.oneof({arbitrary: fc.constant(200), weight: 6}, fc.constantFrom(201, 206, 301, 302, 400, 401, 403, 404, 409, 410, 418, 422, 423, 429, 500, 502, 503, 599))

/** A result, or an error of ours that tells no secret and repaints no screen. */
export async function isTyped(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof RotationError || error instanceof PlatformError)) throw error
    if (error.message.length > 5000) throw new Error(`an error of ${error.message.length} characters`, {cause: error})
    if (leaked(inspect(error, {depth: 8, showHidden: true}) + JSON.stringify(error), secrets).length > 0) throw new Error('the error tells a secret', {cause: error})
  }
}
