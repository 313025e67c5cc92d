import {readFileSync} from 'node:fs'

export type Seen = {argv: string[]; environment: string[]; pid: number}

/**
 * Answers a look at the process and its descendants as /proc shows them to anyone on the machine at that moment. An
 * environment is read once: it changes with the command line, or not at all.
 */
export function treeWatcher(root: number): () => Seen[] {
  let known = new Map<number, {command: string; seen: Seen}>()

  return () => {
    const found: typeof known = new Map()
    const look = (pid: number) => {
      const command = readProc(pid, 'cmdline')
      if (command === '') return
      const before = known.get(pid)
      const isKnown = before?.command === command && before.seen.environment.length > 0
      found.set(pid, isKnown ? before : {command, seen: {argv: words(command), environment: words(readProc(pid, 'environ')), pid}})
      for (const child of readProc(pid, `task/${pid}/children`).split(' ')) if (child !== '') look(Number(child))
    }

    look(root)
    known = found
    return [...found.values()].map(({seen}) => seen)
  }
}

const words = (text: string) => text.split('\0').filter(Boolean)

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
