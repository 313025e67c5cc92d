import type {Bound} from '../rotation.js'
import {isFailure, RotationError} from '../../errors.js'
import {isPlatformError} from '../../heroku/platform-error.js'

/**
 * Works with a consumer, unless the rotation has nothing to do with it any more: an app that was deleted holds no token, and a
 * person may let a consumer that cannot be reached keep what it holds. Either is recorded and told, and answers `otherwise`.
 */
export async function withinReach<T>(members: readonly Bound[], otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const status = await endOf(members, error)
    if (status === null) {
      for (const {planned: {id}, rotation} of members) if (isRefusal(error) || (rotation.state.direction === 'back' && isOfOne(error))) rotation.outOfReach.add(id)
      throw error
    }

    await letGo(members, status)
    return otherwise
  }
}

/** Has nothing more to do with the consumer, on the record. */
export async function letGo(members: readonly Bound[], status: 'gone' | 'left'): Promise<void> {
  for (const {planned: {id}, rotation} of members) await rotation.record({id, release: null, stamp: null, status, type: 'consumer', wrote: false})
  for (const {planned: {id}, rotation} of members.slice(0, 1)) rotation.context.report({text: toldOf(id, status, rotation.state.direction), type: 'warning'})
}

async function endOf(members: readonly Bound[], error: unknown): Promise<'gone' | 'left' | null> {
  if (isPlatformError(error, 404) && (await isDeleted(members))) return 'gone'
  for (const member of members) if (!mayKeep(member) || !(await isOutOfReach(member, error))) return null
  return members.length > 0 ? 'left' : null
}

/** Only the ID tells: under the name of an app that was renamed there may be none, or another one. */
async function isDeleted([member]: readonly Bound[]): Promise<boolean> {
  const [app] = member?.consumer.apps ?? []
  if (!member || app === undefined || (member.rotation.plan.apps?.[app]?.id ?? null) === null) return false
  return member.rotation.api.app(app).then(() => false, (error: unknown) => isPlatformError(error, 404))
}

/** A person has said so with this command. */
export function mayKeep({planned: {id}, rotation: {plan}}: Bound): boolean {
  return [id, placeOf(id)].some(name => plan.mayKeep?.includes(name))
}

export const placeOf = (id: string) => id.slice(id.indexOf(':') + 1)

/** While there is a way back, only a refusal counts on the way forward: whatever else goes wrong with a consumer, it can be given back what it held. */
async function isOutOfReach({rotation: {api, plan, state}}: Bound, error: unknown): Promise<boolean> {
  if (isRefusal(error)) return true
  if (!isOfOne(error)) return false
  return state.direction === 'back' || state.pivotingAt !== null || (await api.authorization(plan.outgoing.id)) === null
}

/** A failure of this consumer, and not of Heroku, the session, the journal or the person. */
export function isOfOne(error: unknown): boolean {
  if (isPlatformError(error)) return error.failure === 'shape' || (error.failure === 'http' && error.status !== 401 && error.status !== 429)
  return isFailure(error)
}

/** Heroku does not let the account read or write the app. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof RotationError) return error.code === 'ROTATE_FORBIDDEN' || error.code === 'ROTATE_TWO_FACTOR'
  return [402, 403, 404, 410].some(status => isPlatformError(error, status))
}

function toldOf(id: string, status: 'gone' | 'left', direction: 'back' | 'forward'): string {
  if (status === 'gone') return `${id} has been deleted, so there is nothing to update`
  return `${id} cannot be reached and stays as it is, as you said. If it uses the ${direction === 'back' ? 'new' : 'old'} token, it stops working`
}
