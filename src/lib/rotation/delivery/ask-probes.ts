import type {Rotation} from '../rotation.js'
import {probe} from '../../probes/registry.js'
import {telling} from './deliver.js'

/** Null asks the probes that belong to no wave. */
export async function askProbes(rotation: Rotation, wave: null | number): Promise<number> {
  const {clock, outside, report, signal} = rotation.context
  const planned = rotation.plan.probes.filter(one => one.wave === wave)
  for (const {address} of planned) {
    const bound = probe(address)
    const {id} = bound
    const tell = (state: 'active' | 'done', detail: string) => report({detail, id, isProbe: true, state, type: 'consumer'})
    signal.throwIfAborted()
    tell('active', 'asking')
    await telling(rotation, {id, isProbe: true}, async () => {
      const evidence = await bound.run({...outside, clock, progress: detail => tell('active', detail), signal})
      await rotation.record({evidence, id, type: 'probe'})
      tell('done', evidence)
    })
  }

  return planned.length
}
