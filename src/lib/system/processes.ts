import {readFileSync, readlinkSync} from 'node:fs'
import {hostname, userInfo} from 'node:os'
import type {Processes} from '../ports.js'
import {codeOf} from './system-error.js'

export function realProcesses(): Processes {
  return {
    isAlive(pid, startedAt) {
      try {
        process.kill(pid, 0)
      } catch (error) {
        // EPERM: the process lives, as another user.
        return codeOf(error) === 'EPERM'
      }

      // The system uses a pid again; the start time tells whether the process is still the same.
      const started = startTime(pid)
      return startedAt === null || started === null || started === startedAt
    },
    self: {boot: bootId(), host: hostname(), namespace: pidNamespace(), pid: process.pid, startedAt: startTime(process.pid), user: userName()},
  }
}

/** Null where the system does not tell. */
function told<T>(read: () => T): null | T {
  try {
    return read()
  } catch {
    return null
  }
}

/** Clock ticks since boot. */
const startTime = (pid: number): null | number => told(() => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[19])
  return Number.isInteger(ticks) ? ticks : null
})

/** Changes with each start of the machine. */
const bootId = () => told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())

/** A pid is one within its namespace: a container and its host may share a name, and not their processes. */
const pidNamespace = () => told(() => readlinkSync('/proc/self/ns/pid'))

/** A container may have no entry for its user. */
const userName = () => told(() => userInfo().username) ?? String(process.getuid?.() ?? 'unknown')
