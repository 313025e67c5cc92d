import type {Failed} from '../engine/several.js'
import type {Rotation} from '../rotation.js'

import {type Exit, nextCommand, RotationError} from '../../errors.js'
import {type Result, resultOf} from './result.js'
import {sessionEnd} from './session-end.js'

/** The document that `--json` prints of several rotations. The calls are those of all of them, here and in each. */
export type Results = {api_calls: number; next: null | string; rotations: Result[]}

/** `next` is what the command that was given leaves to be done, of each of them. */
export function resultsOf(rotations: readonly Rotation[], failed: Failed, calls: number, next: ((rotation: string) => string) | null): Result[] {
  return rotations.map(rotation => {
    const {context, id, plan, state} = rotation
    const error = failed.get(rotation)
    const after = error ? nextCommand(error.next) : (next?.(`--rotation ${id}`) ?? sessionEnd(plan, state, context.session)?.next ?? null)
    return resultOf(plan, state, calls, after)
  })
}

/** What went wrong with each, as one error; it tells whether anything is left to be gone on with. */
export function failureOf(failed: Failed): null | RotationError {
  const all = [...failed].map(([{plan, state}, error]) => ({error, isOpen: state.closed === null, name: plan.name}))
  const [first] = all
  if (!first) return null
  const now = all.flatMap(({error, name}) => (error.now === undefined ? [] : [`${name}: ${error.now}`]))
  return new RotationError(first.error.code, all.map(({error, name}) => `${name}: ${error.happened}`).join('\n'), {
    exit: exitOf(all),
    next: nextOf(all),
    ...(now.length > 0 ? {now: now.join('\n')} : {}),
  })
}

type One = {error: RotationError; isOpen: boolean}

function exitOf(all: readonly One[]): Exit {
  if (all.some(({error}) => error.exit === 'interrupted')) return 'interrupted'
  return all.some(({isOpen}) => isOpen) ? 'incomplete' : 'failed'
}

/** Several that are open are gone on with together. */
function nextOf(all: readonly One[]): string[] {
  const lines = [...new Set(all.flatMap(({error}) => error.next))]
  if (all.filter(({isOpen}) => isOpen).length < 2) return lines
  const verbs = ['resume', 'rollback'].filter(verb => lines.some(line => line.startsWith(`heroku authorizations:rotate:${verb} `)))
  return [
    ...lines.filter(line => !/^heroku authorizations:rotate:(?:resume|rollback) --(?:all|rotation \w+)$/.test(line)),
    ...verbs.map(verb => `heroku authorizations:rotate:${verb} --all`),
  ]
}
