import type {Person} from '../ports.js'

type Options = {
  /** Who is at the keyboard, for the audit log. */
  actor: () => Promise<string>
  ask: (question: string) => Promise<boolean>
  /** Tasks that were said to be done on the command line (`--done`). */
  done: readonly string[]
  isInteractive: boolean
  tell: (text: string) => void
}

/** The operator, asked on the terminal, or answering beforehand with `--done`. */
export function operator({actor, ask, done, isInteractive, tell}: Options): Person {
  // Questions of parallel consumers are put one after the other; once one is not answered, no more are put.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(put: () => Promise<T>): Promise<T> => {
    const next = last.then(put)
    last = next
    return next
  }

  // What was said to be done is not what is asked for later, to take it back; nor is it another task of that name.
  const answered = new Set<string>()
  const spent = new Set<string>()
  return {
    async confirms(task, instructions) {
      const name = task.slice(task.indexOf(':') + 1)
      const said = answered.has(task) ? undefined : done.find(each => !spent.has(each) && (each === task || each === name))
      if (said !== undefined) {
        answered.add(task)
        spent.add(said)
        return actor()
      }

      if (!isInteractive) return null
      const isDone = await inTurn(() => {
        tell(`\n${name}: ${instructions}\n`)
        return ask(`Is ${name} done?`)
      })
      return isDone ? actor() : null
    },
  }
}
