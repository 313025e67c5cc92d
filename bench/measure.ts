import {readFileSync} from 'node:fs'

import type {Ran, Running} from '../test/support/cli-process.js'

export type Usage = {
  rssMb: number
  wallMs: number
}

/** Waits for its end. The kernel keeps the peak of a process until it is gone, so the last look before the end counts. */
export async function measure(running: Running): Promise<{ran: Ran; usage: Usage}> {
  let peakKb = 0
  const look = setInterval(() => {
    peakKb = Math.max(peakKb, peakOf(running.pid))
  }, 20)
  try {
    const ran = await running.done
    return {ran, usage: {rssMb: peakKb / 1024, wallMs: ran.durationMs}}
  } finally {
    clearInterval(look)
  }
}

/** 0 where the system does not tell. */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
