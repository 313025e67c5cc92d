import type {Authorization} from '../heroku/schemas.js'
import {issueOf, parseDescription} from './description.js'
import {issueOrder} from './outgoing.js'

const DAY = 86_400

export type Cadence = {
  /** Days; null where the rotation file does not say. */
  every: null | number
  name: string
}

/** An authorization, or a credential of the rotation file that the account does not have. Times are in seconds, `every` is in days. */
export type Aged = {
  age: null | number
  description: string
  /** Null where nothing says when; `soon` is within the time asked for. */
  due: 'later' | 'overdue' | 'soon' | null
  /** Until the cadence or the end of the token, whichever is first; negative when that has passed. */
  due_in: null | number
  every: null | number
  expires_in: null | number
  id: null | string
  name: string
  /** ID of a newer authorization of the same name, which is alive too. */
  newer: null | string
  rotation: null | string
  scope: string[]
}

const urgency = {overdue: 0, soon: 1, later: 2} as const

/**
 * Lists authorizations, the most urgent first; a credential without one is overdue. The newest of several issues
 * counts. A marked issue counts only where it is the last one, as after the revoke. `now` is in ms, `within` in days.
 */
export function ages(authorizations: readonly Authorization[], cadences: readonly Cadence[], {now, within}: {now: number; within: number}): Aged[] {
  const issues = authorizations.map(authorization => ({...issueOf(authorization), authorization}))
  const everyByName = new Map(cadences.map(({every, name}) => [parseDescription(name).name, every]))
  const current = new Map(issues.toSorted((a, b) => order(a).localeCompare(order(b))).map(({authorization, name}) => [name, authorization.id]))

  const alive = issues.map(({authorization, mark, name}): Aged => {
    const {createdAt, description, expiresIn, id, scope} = authorization
    const age = Math.max(0, Math.round((now - Date.parse(createdAt)) / 1000))
    const newest = current.get(name)
    const counts = everyByName.has(name) && newest === id
    const every = counts ? (everyByName.get(name) ?? null) : null
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
      newer: everyByName.has(name) && newest !== id && newest !== undefined && mark === null ? newest : null,
      rotation: mark,
      scope: [...scope],
    }
  })
  const absent = [...everyByName].filter(([name]) => !current.has(name)).map(([name, every]): Aged => ({
    age: null, description: name, due: 'overdue', due_in: null, every, expires_in: null, id: null, name, newer: null, rotation: null, scope: [],
  }))
  return [...absent, ...alive].toSorted((a, b) => rank(a) - rank(b) || (a.due_in ?? -Infinity) - (b.due_in ?? -Infinity) || (b.age ?? 0) - (a.age ?? 0))
}

/** Text that orders the issues of a name: the issue that counts comes last. */
const order = ({authorization, mark}: {authorization: Authorization; mark: null | string}) => `${mark === null ? 1 : 0}-${issueOrder(authorization)}`

function earliest(a: null | number, b: null | number): null | number {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}

function dueOf(dueIn: null | number, within: number): Aged['due'] {
  if (dueIn === null) return null
  if (dueIn <= 0) return 'overdue'
  return dueIn <= within * DAY ? 'soon' : 'later'
}

const rank = ({due}: Aged) => (due === null ? 3 : urgency[due])
