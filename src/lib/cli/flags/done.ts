import {flags} from '@heroku-cli/command'
import type {Plan} from '../../rotation/planning/plan.js'
import {flag, instead, refused, todo} from '../../errors.js'
import {nearest} from '../../text/nearest.js'

export const doneFlag = {
  done: flags.string({description: 'manual step that somebody has already done', helpGroup: 'SAFETY', helpValue: 'NAME', multiple: true}),
}

/** Lets one `--done` answer one task once: a rollback asks for the same task again, and another task may have the same name. */
export function doneTasks(done: readonly string[]): (task: string) => boolean {
  const answered = new Set<string>()
  const spent = new Set<string>()
  return task => {
    const name = nameOf(task)
    const answer = answered.has(task) ? undefined : done.find(each => !spent.has(each) && (each === task || each === name))
    if (answer === undefined) return false
    answered.add(task)
    spent.add(answer)
    return true
  }
}

const nameOf = (task: string) => task.slice(task.indexOf(':') + 1)

/** A person may also be asked to give something back by hand, so that any place can be named. */
export function refuseUnknownTask(done: readonly string[] = [], plans: readonly Pick<Plan, 'consumers'>[]): void {
  const all = plans.flatMap(({consumers}) => consumers)
  const unknown = done.find(each => !all.some(({id}) => each === id || each === nameOf(id)))
  if (unknown === undefined) return
  const steps = all.filter(({kind}) => kind === 'manual').map(({id}) => nameOf(id))
  const meant = nearest(unknown, steps)
  const next = meant === null ? steps.map(step => flag('--done', step)) : [instead(unknown, meant)]
  throw refused('ROTATE_USAGE', `There is no manual step ${unknown}.${meant === null ? '' : ` Did you mean ${meant}?`}`, next.length > 0 ? next : todo('Leave out --done.'))
}
