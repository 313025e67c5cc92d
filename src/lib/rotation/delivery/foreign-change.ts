import type {Secret} from '../../secrecy/secret.js'
import type {Bound, Rotation} from '../rotation.js'
import {RotationError, toResume} from '../../errors.js'
import {matchesRedacted} from '../../heroku/redaction.js'
import {isAlive} from '../../heroku/token-status.js'
import {modeOf} from '../modes/mode.js'
import {isIncoming, isOutgoing, knowsIncoming} from '../state/matches.js'
import {placeOf} from './reach.js'

/** Asks before a value is written over that somebody else has set since the plan; the process that planned has just read the consumer. */
export async function refuseForeignChange(bound: Bound): Promise<void> {
  const {planned: {id, keys: all}, rotation} = bound
  if (rotation.survey !== null) return
  const place = placeOf(id)
  const allowed = new Set(rotation.plan.overwrite)
  // In place, a dead value may be a token of this rotation that was regenerated once more.
  const changed = rotation.plan.inPlace ? await foreignChange(bound) : await foreignValues(bound)
  const keys = [...changed.keys()].filter(key => [id, place, `${place}:${key}`].every(name => !allowed.has(name)))
  if (keys.length === 0) return
  const happened = `Somebody else has changed ${keys.join(', ')} of ${id} since this rotation was planned`
  if (await rotation.context.outside.person.agrees(`${happened}. Overwrite it with the new token?`)) return
  const overwrite = keys.flatMap(key => ['--overwrite', keys.length === all.length ? place : `${place}:${key}`])
  throw new RotationError('ROTATE_CHANGED', `${happened}.`, {
    next: [...modeOf(rotation.plan).afterForeignChange(rotation, id, keys), toResume(rotation.id, ...new Set(overwrite))],
  })
}

/** On the way back only a value that still works counts: a value that Heroku refuses serves nobody. */
export async function foreignChange(bound: Bound): Promise<Set<string>> {
  const keys = new Set<string>()
  for (const [key, value] of await foreignValues(bound)) if (await isAlive(bound.rotation.context, value)) keys.add(key)
  return keys
}

/** Reads again before a value counts as foreign, because a change by hand may take effect a moment later. */
async function foreignValues(bound: Bound): Promise<Map<string, Secret>> {
  const values = await foreignValuesNow(bound)
  if (values.size === 0) return values
  await bound.consumer.catchUp(bound.rotation.access(bound.planned))
  return foreignValuesNow(bound)
}

async function foreignValuesNow({consumer, planned, rotation}: Bound): Promise<Map<string, Secret>> {
  const previous = rotation.tokens.previous(planned.id)
  if (!previous) return new Map()
  const current = await consumer.read(rotation.access(planned))
  const incoming = await shownIncoming(rotation)
  return new Map(
    planned.keys.flatMap((key): [string, Secret][] => {
      const value = current.get(key)
      const before = previous.get(key)
      if (!value || before === undefined) return []
      const isKnown = value.equals(before) || isOutgoing(rotation, value) || isIncoming(rotation, value) || matchesRedacted(value, incoming)
      return isKnown ? [] : [[key, value]]
    }),
  )
}

/** The incoming token as Heroku shows it, where nothing better tells it. */
async function shownIncoming(rotation: Rotation): Promise<null | Secret> {
  const {incoming} = rotation.state
  if (!incoming || knowsIncoming(rotation)) return null
  return (await rotation.api.authorization(incoming.id))?.token ?? null
}
