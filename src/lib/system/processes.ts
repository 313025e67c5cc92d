import {readFileSync} from 'node:fs'
import {hostname, userInfo} from 'node:os'
import type {Processes} from '../ports.js'

export function realProcesses(): Processes {
  return {
    isAlive(pid, startedAt) {
      try {
        process.kill(pid, 0)
      } catch (error) {
        // EPERM: the process lives, as another user.
        return error instanceof Error && 'code' in error && error.code === 'EPERM'
      }

      // The system uses a pid again; the start time tells whether the process is still the same.
      const started = startTime(pid)
      return startedAt === null || started === null || started === startedAt
    },
    self: {host: hostname(), pid: process.pid, startedAt: startTime(process.pid), user: userInfo().username},
  }
}

/** Clock ticks since boot; null where the system does not tell. */
function startTime(pid: number): null | number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(fields[19])
    return Number.isInteger(ticks) ? ticks : null
  } catch {
    return null
  }
}
