import {flags} from '@heroku-cli/command'

export const doneFlag = {
  done: flags.string({description: 'manual step that somebody has already done', helpGroup: 'SAFETY', helpValue: 'NAME', multiple: true}),
}

/** Lets one `--done` answer one task once: a rollback asks for the same task again, and another task may have the same name. */
export function doneTasks(done: readonly string[]): (task: string) => boolean {
  const answered = new Set<string>()
  const spent = new Set<string>()
  return task => {
    const name = task.slice(task.indexOf(':') + 1)
    const answer = answered.has(task) ? undefined : done.find(each => !spent.has(each) && (each === task || each === name))
    if (answer === undefined) return false
    answered.add(task)
    spent.add(answer)
    return true
  }
}
