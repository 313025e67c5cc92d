import type {Failed} from '../engine/close.js'
import type {Rotation} from '../rotation.js'
import {type Exit, heroku, isCommand, type Next, nextCommand, RotationError} from '../../errors.js'
import {type Result, resultOf} from './result.js'
import {endOf} from './session-end.js'

/** The document that `--json` prints of several rotations. `api_calls` counts the calls of all of them, also within each. */
export type Results = {api_calls: number; next: null | string; rotations: Result[]}

/** `next` makes the command that goes on after a run that stopped as asked, from the flag that selects the rotation. */
export function resultsOf(rotations: readonly Rotation[], failed: Failed, calls: number, next: ((selection: string) => string) | null): Result[] {
  return rotations.map(rotation => {
    const {id, plan, state} = rotation
    const error = failed.get(rotation)
    const after = error ? nextCommand(error) : (next?.(`--rotation ${id}`) ?? endOf(rotation)?.next ?? null)
    return resultOf(plan, state, calls, after)
  })
}

type Whole = {calls: number; error?: null | RotationError; isOne: boolean; next: null | string}

export function documentOf(results: readonly Result[], {calls, error = null, isOne, next}: Whole): Result | Results {
  const [first] = results
  if (isOne && first) return first
  const [only] = results.flatMap(({next: line}) => line ?? [])
  return {api_calls: calls, next: error ? nextCommand(error) : (next ?? only ?? null), rotations: [...results]}
}

export function failureOf(failed: Failed, isOne: boolean): null | RotationError {
  const all = [...failed].map(([{plan, state}, error]) => ({error, isOpen: state.closed === null, name: plan.name}))
  const [first] = all
  if (!first) return null
  if (isOne) return first.error
  const now = all.flatMap(({error, name}) => (error.now === undefined ? [] : [`${name}: ${error.now}`]))
  return new RotationError(first.error.code, all.map(({error, name}) => `${name}: ${error.happened}`).join('\n'), {
    exit: exitOf(all),
    next: nextOf(all),
    now: now.length > 0 ? now.join('\n') : undefined,
  })
}

const RESUME = 'authorizations:rotate:resume'
const ROLLBACK = 'authorizations:rotate:rollback'

type One = {error: RotationError; isOpen: boolean}

function exitOf(all: readonly One[]): Exit {
  if (all.some(({error}) => error.exit === 'interrupted')) return 'interrupted'
  return all.some(({isOpen}) => isOpen) ? 'incomplete' : 'failed'
}

function nextOf(all: readonly One[]): Next[] {
  const steps = all.flatMap(({error}) => error.steps)
  if (all.filter(({isOpen}) => isOpen).length < 2) return steps
  const commands = [RESUME, ROLLBACK].filter(id => steps.some(step => isCommand(step, id)))
  return [...steps.filter(step => !isOfAll(step)), ...commands.map(id => heroku(id, '--all'))]
}

/** `resume` or `rollback` of a whole rotation, which `--all` does for every one. */
const isOfAll = (step: Next) =>
  (isCommand(step, RESUME) || isCommand(step, ROLLBACK)) && step.command.length <= 3 && ['--all', '--rotation'].includes(step.command[1] ?? '')
