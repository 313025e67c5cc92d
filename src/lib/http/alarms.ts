import type {Clock} from '../ports.js'

/** Rings as long after each was set, and answers how to take it back. All take equally long, so one timer is enough: it is set for the alarm that was set first. */
export function alarms(clock: Clock, ms: number): (ring: () => void) => () => void {
  /** In the order of their times. */
  const all = new Set<{at: number; ring: () => void}>()
  let timer: AbortController | null = null

  async function watch({signal}: AbortController): Promise<void> {
    for (let [first] = all; first && !signal.aborted; [first] = all) {
      await clock.sleep(Math.max(0, first.at - clock.now()), signal)
      for (const alarm of all) {
        if (alarm.at > clock.now()) break
        all.delete(alarm)
        alarm.ring()
      }
    }

    if (!signal.aborted) timer = null
  }

  return ring => {
    const alarm = {at: clock.now() + ms, ring}
    all.add(alarm)
    if (!timer) watch(timer = new AbortController()).catch(() => {})
    return () => {
      all.delete(alarm)
      if (all.size > 0) return
      // A timer that is left would keep the process from its end. An abort without a reason makes an error with a stack.
      timer?.abort('ended')
      timer = null
    }
  }
}
