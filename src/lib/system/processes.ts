import {readFileSync} from 'node:fs'
import {hostname, userInfo} from 'node:os'

import type {Processes} from '../ports.js'

/** This process, and whether another one of this machine lives. */
export function realProcesses(): Processes {
  return {
    isAlive(pid, startedAt) {
      try {
        process.kill(pid, 0)
      } catch (error) {
        // EPERM: it lives, as another user.
        return error instanceof Error && 'code' in error && error.code === 'EPERM'
      }

      // A number is given again; the start time tells whether it is still the same process.
      const started = startTime(pid)
      return startedAt === null || started === null || started === startedAt
    },
    self: {host: hostname(), pid: process.pid, startedAt: startTime(process.pid), user: userInfo().username},
  }
}

/** In clock ticks since boot; null where the system does not tell. */
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
