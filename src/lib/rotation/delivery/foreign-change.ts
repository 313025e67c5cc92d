import type {Secret} from '../../secrecy/secret.js'
import type {Bound, Rotation} from '../rotation.js'
import {RotationError} from '../../errors.js'
import {matchesRedacted} from '../../heroku/redaction.js'
import {isAlive} from '../../heroku/token-status.js'
import {modeOf} from '../modes/mode.js'
import {isIncoming, isOutgoing, knowsIncoming} from '../state/matches.js'

/** Refuses to write over a token that somebody else has set since the plan; the process that planned has just read the consumer. */
export async function refuseForeignChange(rotation: Rotation, bound: Bound): Promise<void> {
  if (rotation.survey !== null) return
  const keys = await foreignChange(rotation, bound)
  if (keys.size === 0) return
  const {id} = bound.planned
  throw new RotationError('ROTATE_CHANGED', `${id} was given another value by somebody else since this rotation was planned.`, {
    next: modeOf(rotation.plan).afterForeignChange(rotation, id, [...keys]),
  })
}

/** Only a value that still works counts: a value that Heroku refuses serves nobody. */
export async function foreignChange(rotation: Rotation, bound: Bound): Promise<Set<string>> {
  const keys = new Set<string>()
  for (const [key, value] of await foreignValues(rotation, bound)) if (await isAlive(rotation.context, value)) keys.add(key)
  return keys
}

/** Reads again before a value counts as foreign, because a change by hand may take effect a moment later. */
async function foreignValues(rotation: Rotation, bound: Bound): Promise<Map<string, Secret>> {
  const values = await foreignValuesNow(rotation, bound)
  if (values.size === 0) return values
  await bound.consumer.catchUp(rotation.access(bound.planned))
  return foreignValuesNow(rotation, bound)
}

async function foreignValuesNow(rotation: Rotation, {consumer, planned}: Bound): Promise<Map<string, Secret>> {
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
