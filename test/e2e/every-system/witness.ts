import {basename} from 'node:path'

import type {Running} from '../../support/cli-process.js'

import {treeWatcher} from '../../support/process-tree.js'

export type Witnessed = {
  /** Command lines, words joined. */
  commands: ReadonlySet<string>
  /** Variables of every process. */
  environment: ReadonlySet<string>
  /** Those of the processes of that program. */
  environmentOf(program: string): string[]
}

/** What anybody on the machine can see of the process and of each descendant while it runs. */
export async function witness({done, pid}: Running): Promise<Witnessed> {
  const commands = new Set<string>()
  const byProgram = new Map<string, Set<string>>()
  const tree = treeWatcher(pid)
  const timer = setInterval(() => {
    for (const {argv, environment} of tree()) {
      commands.add(argv.join(' '))
      const program = basename(argv[0] ?? '')
      byProgram.set(program, new Set([...byProgram.get(program) ?? [], ...environment]))
    }
  }, 10)
  await done
  clearInterval(timer)
  return {
    commands,
    environment: new Set([...byProgram.values()].flatMap(seen => [...seen])),
    environmentOf: program => [...byProgram.get(program) ?? []],
  }
}
