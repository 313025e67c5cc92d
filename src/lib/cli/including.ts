import type {Named} from '../credentials/outgoing.js'
import type {Request} from '../rotation/planning/make-plan.js'
import {addressAt, consumer, placed, withKeys} from '../consumers/registry.js'
import {heroku, type RotationError} from '../errors.js'
import {byName} from '../inventory/place.js'
import {allowing, byHand, type FoundStragglers, included, type Straggler} from '../rotation/guards/stragglers.js'
import {count, listed} from '../text/count.js'
import {says} from './operator.js'
import {fileIn, including} from './suggestion.js'

const MOST_TOLD = 8

/** Asks whether they are to be written too. False where one of them cannot be included. */
export async function askToInclude(stragglers: readonly Straggler[]): Promise<boolean> {
  if (stragglers.length === 0 || included(stragglers).length < stragglers.length) return false
  const areApps = stragglers.every(({app}) => app !== null)
  const what = areApps ? count(stragglers.length, 'more app uses', 'more apps use') : count(stragglers.length, 'more place uses', 'more places use')
  const names = listed(stragglers.toSorted(byName).map(({keys, name}) => `${name}:${keys.join(',')}`), MOST_TOLD)
  return says(`${what} this token: ${names}. Include ${stragglers.length === 1 ? 'it' : 'them'}?`, true)
}

export function withStragglers(request: Request, stragglers: readonly Straggler[]): Request {
  let consumers = [...request.consumers]
  for (const straggler of stragglers) {
    const found = addressAt(straggler)
    const {id} = consumer(found)
    const known = consumers.find(({address}) => consumer(address).id === id)
    const address = withKeys(known?.address ?? found, straggler.keys)
    consumers = known ? consumers.map(one => (one === known ? {...known, address} : one)) : [...consumers, placed(address)]
  }

  return {...request, consumers}
}

/** Adds to the error how to include the stragglers, and how to leave them. */
export function namingStragglers(error: FoundStragglers, {argv, id: command}: {argv: readonly string[]; id: string}, {description, id}: Named): RotationError {
  const {stragglers} = error
  const allowed = heroku(command, ...argv, ...allowing(stragglers))
  // A rotation file may name the app already, with other keys: discover adds to the file.
  const file = fileIn(argv)
  const selection = id === undefined ? ['--description', description ?? ''] : [id]
  const inAccount = included(stragglers)
  const include = inAccount.length === 0
    ? []
    : [file === null ? including(command, argv, inAccount) : heroku('authorizations:rotate:discover', ...selection, '--write', file)]
  return error.with({next: [...byHand(stragglers), ...include, allowed]})
}
