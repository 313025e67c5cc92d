import type {Secret} from '../../secrecy/secret.js'
import type {Bound, Rotation} from '../rotation.js'

import {RotationError} from '../../errors.js'
import {matchesHint} from '../../heroku/redaction.js'
import {isAlive} from '../../heroku/token-status.js'
import {modeOf} from '../modes/mode.js'
import {isIncoming, isOutgoing, knowsIncoming} from '../state/matches.js'

/**
 * A process that did not make the plan itself looks first: who has put a third value there meanwhile
 * meant it, and may be another rotation.
 */
export async function refuseChanged(rotation: Rotation, bound: Bound): Promise<void> {
  if (rotation.survey !== null) return
  const third = await livingThird(rotation, bound)
  if (third.size === 0) return
  const {id} = bound.planned
  throw new RotationError('ROTATE_CHANGED', `${id} was given another value by somebody else since this rotation was planned.`, {
    exit: 'incomplete',
    next: modeOf(rotation.plan).afterForeignChange(rotation, id, [...third]),
  })
}

/** Keys that hold neither token of the rotation nor what they held before, also once what was set by hand has taken effect. */
async function thirdValues(rotation: Rotation, bound: Bound): Promise<Map<string, Secret>> {
  const third = await thirdValuesNow(rotation, bound)
  if (third.size === 0) return third
  await bound.consumer.catchUp(rotation.access(bound.planned))
  return thirdValuesNow(rotation, bound)
}

async function thirdValuesNow(rotation: Rotation, {consumer, planned}: Bound): Promise<Map<string, Secret>> {
  const previous = rotation.tokens.previous(planned.id)
  if (!previous) return new Map()
  const held = await consumer.read(rotation.access(planned))
  const incoming = await incomingHint(rotation)
  return new Map(
    planned.keys.flatMap((key): [string, Secret][] => {
      const value = held.get(key)
      const before = previous.get(key)
      if (!value || before === undefined) return []
      const isKnown = value.equals(before) || isOutgoing(rotation, value) || isIncoming(rotation, value) || matchesHint(value, incoming)
      return isKnown ? [] : [[key, value]]
    }),
  )
}

/** What Heroku shows of the incoming token, where nothing better tells it. */
async function incomingHint(rotation: Rotation): Promise<null | Secret> {
  const {incoming} = rotation.state
  if (!incoming || knowsIncoming(rotation)) return null
  return (await rotation.api.authorization(incoming.id))?.token ?? null
}

/** Of these the ones that serve somebody: what Heroku refuses does not. */
export async function livingThird(rotation: Rotation, bound: Bound): Promise<Set<string>> {
  const living = new Set<string>()
  for (const [key, value] of await thirdValues(rotation, bound)) if (await isAlive(rotation.context, value)) living.add(key)
  return living
}
