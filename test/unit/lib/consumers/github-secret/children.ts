import {readdirSync, readFileSync} from 'node:fs'

/** Command line and environment of every process below this one that runs now; only Linux shows them. */
export function childrenNow(): string[] {
  const processes = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  const parents = new Map(processes.map(pid => [pid, read(`/proc/${pid}/stat`).replace(/^.*\) /s, '').split(' ')[1] ?? '']))
  const isBelow = (pid: string): boolean => {
    const parent = parents.get(pid)
    return parent === String(process.pid) || (parent !== undefined && parent !== '0' && isBelow(parent))
  }

  return processes.filter(isBelow).map(pid => `${read(`/proc/${pid}/cmdline`)}\0${read(`/proc/${pid}/environ`)}`)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}
