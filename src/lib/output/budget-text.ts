import type {Plan} from '../rotation/planning/plan.js'

import {waitFor} from '../heroku/budget.js'
import {minutes} from '../text/duration.js'

const number = (value: number) => value.toLocaleString('en')

export function budgetText(calls: Plan['calls'], who = 'It makes'): string {
  if (!calls) return ''
  const {left, planned} = calls
  if (left === null) return `${who} about ${number(planned)} API calls.`
  const waits = waitFor(planned, left)
  const longer = waits === 0 ? '' : ` They come back at 75 a minute, which takes about ${minutes(waits)} longer.`
  return `${who} about ${number(planned)} of the ${number(left)} API calls that the account has left.${longer}`
}
