import {setImmediate} from 'node:timers/promises'

/** Waits for what another process does; mocha's timeout is the bound. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setImmediate()
}
