import type {Authorization} from '../heroku/schemas.js'

import {parseDescription} from './description.js'
import {issueOrder} from './outgoing.js'

const DAY = 86_400

/** How often a credential is to be rotated. */
export type Cadence = {
  /** Days; null where the rotation file does not say. */
  every: null | number
  name: string
}

/** An authorization, or a credential of the rotation file that the account has no authorization of. All times in seconds. */
export type Aged = {
  /** Since it was made; null where there is none. */
  age: null | number
  description: string
  /** Null where nothing says when it is due; soon is within the time asked for. */
  due: 'later' | 'overdue' | 'soon' | null
  /** Until it is due, by its cadence or its end, whichever is first; negative when that was. */
  due_in: null | number
  /** Days between two rotations. */
  every: null | number
  /** Until its token ends; null for one that does not. */
  expires_in: null | number
  /** Null where the account has no authorization of the name. */
  id: null | string
  name: string
  /** The ID of the one that counts for the name, where it is another: two of them are alive. */
  newer: null | string
  /** The rotation in flight that made it. */
  rotation: null | string
  scope: string[]
}

const urgency = {overdue: 0, soon: 1, later: 2} as const

/**
 * Every authorization with its age and, for those the rotation file names, when it is due; the most urgent first.
 *
 * What the file names and the account does not have is overdue. Of several issues the newest counts; one that a
 * rotation in flight made only where no other is left, as after the revoke. `now` in ms, `within` in days.
 */
export function ages(authorizations: readonly Authorization[], cadences: readonly Cadence[], {now, within}: {now: number; within: number}): Aged[] {
  const issues = authorizations.map(authorization => ({...parseDescription(authorization.description), authorization}))
  const wanted = new Map(cadences.map(({every, name}) => [parseDescription(name).name, every]))
  const current = new Map(issues.toSorted((a, b) => order(a).localeCompare(order(b))).map(({authorization, name}) => [name, authorization.id]))

  const alive = issues.map(({authorization, mark, name}): Aged => {
    const {createdAt, description, expiresIn, id, scope} = authorization
    const age = Math.max(0, Math.round((now - Date.parse(createdAt)) / 1000))
    const newest = current.get(name)
    const counts = wanted.has(name) && newest === id
    const every = counts ? (wanted.get(name) ?? null) : null
    const dueIn = counts ? earliest(every === null ? null : every * DAY - age, expiresIn) : null
    return {
      age,
      description,
      due: dueOf(dueIn, within),
      due_in: dueIn,
      every,
      expires_in: expiresIn,
      id,
      name,
      newer: wanted.has(name) && newest !== id && newest !== undefined && mark === null ? newest : null,
      rotation: mark,
      scope: [...scope],
    }
  })
  const absent = [...wanted].filter(([name]) => !current.has(name)).map(([name, every]): Aged => ({
    age: null, description: name, due: 'overdue', due_in: null, every, expires_in: null, id: null, name, newer: null, rotation: null, scope: [],
  }))
  return [...absent, ...alive].toSorted((a, b) => rank(a) - rank(b) || (a.due_in ?? -Infinity) - (b.due_in ?? -Infinity) || (b.age ?? 0) - (a.age ?? 0))
}

/** The one that counts comes last. */
const order = ({authorization, mark}: {authorization: Authorization; mark: null | string}) => `${mark === null ? 1 : 0}-${issueOrder(authorization)}`

function earliest(one: null | number, other: null | number): null | number {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}

function dueOf(dueIn: null | number, within: number): Aged['due'] {
  if (dueIn === null) return null
  if (dueIn <= 0) return 'overdue'
  return dueIn <= within * DAY ? 'soon' : 'later'
}

const rank = ({due}: Aged) => (due === null ? 3 : urgency[due])
