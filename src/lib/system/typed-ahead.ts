import {setTimeout} from 'node:timers/promises'
import {Interrupted} from '../errors.js'

/** Until keys that were pressed before have come through. */
const THROUGH_MS = 50
const CTRL_C = '\u0003'

type Listen = (event: 'data', take: (chunk: Buffer | string) => void) => unknown
type Keys = {isRaw: boolean; isTTY: boolean; off: Listen; on: Listen; pause(): unknown; setRawMode(isRaw: boolean): unknown}

/** Takes away what was typed before the question is there: it answers another question, or none. */
export async function forgetTyped(keys: Keys): Promise<void> {
  if (!keys.isTTY) return
  let typed = ''
  const take = (chunk: Buffer | string) => {
    typed += chunk.toString()
  }

  const {isRaw} = keys
  keys.setRawMode(true)
  keys.on('data', take)
  await setTimeout(THROUGH_MS)
  keys.off('data', take)
  keys.pause()
  keys.setRawMode(isRaw)
  // Nobody else has seen it.
  if (typed.includes(CTRL_C)) throw new Interrupted()
}
